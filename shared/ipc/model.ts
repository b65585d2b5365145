/** The model that finds the subject: whether this machine has it, and how far fetching it is. */
import { z } from 'zod';

/** Sizes are bytes; `total` null: not known before the source says it. */
export const modelState = z.discriminatedUnion('state', [
  /** Not looked yet. */
  z.object({ state: z.literal('unknown') }),
  z.object({ state: z.literal('ready') }),
  /** Not there, and nobody fetches it. `from`: the host or file it would come from; `received`: what an earlier try brought. */
  z.object({ state: z.literal('missing'), from: z.string(), received: z.number(), total: z.number().nullable() }),
  z.object({ state: z.literal('fetching'), from: z.string(), received: z.number(), total: z.number().nullable() }),
  /** It came, and is checked, converted and tried. */
  z.object({ state: z.literal('checking') }),
  z.object({ state: z.literal('failed'), message: z.string() }),
]);

/** Whether the subject can be found on this machine, and how far the fetching of its model is. */
export type ModelState = z.infer<typeof modelState>;
