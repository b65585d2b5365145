/** The model that finds the subject: whether this machine has it, and how far fetching it is. */
import { z } from 'zod';

/** The kinds of network that can be added: those whose input and answer are known. */
export const networkFamily = z.enum(['ISNet', 'U2-Net', 'BiRefNet', 'InSPyReNet']);

/** A network that the user added, as people are shown it. */
export const ownNetwork = z.object({
  /** The file's name when it was chosen. */
  name: z.string(),
  /** Hex, of the file. */
  sha256: z.string(),
  bytes: z.number(),
  /** As the file says, or as the user named it. */
  licence: z.string(),
  family: networkFamily,
  /** Share of the sample photo's subject that it found: intersection over union, 0..1. */
  iou: z.number(),
  /** Best time for the sample photo over that of Backlot's own network; null where that was not there to compare with. */
  timesAsLong: z.number().nullable(),
});

/** A network that the user added. */
export type OwnNetwork = z.infer<typeof ownNetwork>;

/** Which network finds the subject on this machine. `none`: its files are not here. */
export const networkInUse = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('eight-bit') }),
  z.object({ kind: z.literal('float') }),
  z.object({ kind: z.literal('own'), own: ownNetwork }),
  z.object({ kind: z.literal('none') }),
]);

/** Which network finds the subject on this machine. */
export type NetworkInUse = z.infer<typeof networkInUse>;

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
