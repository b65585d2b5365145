/** The policy in force, as the server declares it: the same data that the server's own engine reads. */
import { z } from 'zod';
import type { policy as policyAnswer } from '../../../shared/api/index.ts';
import type { Policy } from '../../../shared/credits/index.ts';
import { policyNamed } from '../../../shared/policies/index.ts';

/** Members that are units or minor units; on the wire they are decimal strings. */
const unitMembers = new Set([
  'amount',
  'atLeast',
  'cap',
  'credits',
  'lowBalance',
  'max',
  'maximum',
  'min',
  'minimum',
  'minor',
  'unitsPerMinor',
]);

/** Enough to know that it is a policy; its members are the server's business, which runs on the same declaration. */
const shape = z.looseObject({
  id: z.string(),
  version: z.int(),
  label: z.string(),
  unit: z.object({ code: z.string(), scale: z.int() }),
  buckets: z.array(z.looseObject({ id: z.string(), label: z.string() })).min(1),
  operations: z.record(z.string(), z.unknown()),
});

/**
 * The policy of an answer of `GET /v1/policy`. Null when it is not one; then the declaration of that id which this
 * version carries is used, if there is any.
 */
export function policyFrom(answer: z.infer<typeof policyAnswer>): Policy | null {
  const revived: unknown = JSON.parse(JSON.stringify(answer.declaration), (key, value: unknown) =>
    unitMembers.has(key) && typeof value === 'string' && /^-?\d+$/.test(value) ? BigInt(value) : value,
  );
  const parsed = shape.safeParse(revived);
  // Checked above as far as a client can; the type is what the server's engine was compiled against.
  return parsed.success ? (parsed.data as unknown as Policy) : policyNamed(answer.id);
}
