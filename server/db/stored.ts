/** Documents that a column keeps as JSON text. An older version of the server may have written them, so they are parsed, never cast. */
import type { z } from 'zod';

/**
 * What the text says, by a schema that stands beside its type and takes what older versions left out. Throws when it holds something else:
 * nothing may be shown, charged or decided from it then. `what` names it in that error, with the place that is wrong and none of its values.
 */
export const parseStored = <T>(schema: z.ZodType<T>, text: string, what: string): T => matchStored(schema, JSON.parse(text), what);

/** The same of what was put together from several columns. */
export function matchStored<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new Error(`The database holds what is no ${what}: ${issue?.path.join('.') || 'the whole'}: ${issue?.message ?? 'it does not fit'}`);
}
