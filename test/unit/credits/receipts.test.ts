/**
 * A decision carries the receipt of its command: each line below an `@ts-expect-error` takes it for that of another, and is an error of `tsc` the day
 * it compiles. What runs shows that the engine leaves what the types say.
 */
import { expect, it } from 'vitest';
import { type CommandKind, type CommandOf, type Decision, decide, type ReceiptOf } from '../../../shared/credits/index.ts';
import { backgroundStudio } from '../../../shared/policies/index.ts';
import { opNamed, units } from '../../quantities.ts';
import { Account, applying } from './account.ts';

const policy = backgroundStudio();
const account = new Account(policy, '2026-11-05', { plan: 'premium' });

/** The receipt of an accepted command; fails the test when it is refused. */
function receiptOf<K extends CommandKind>(command: CommandOf<K>): ReceiptOf<K> {
  const decision = decide(policy, account.state, command, account.now);
  if (!decision.ok) throw new Error(`Refused: ${decision.refusal.code}`);
  return decision.receipt;
}

it('a hold leaves its outcomes, and is no purchase', () => {
  const holding = { kind: 'hold', atomic: true, operations: [{ ...applying, opId: opNamed('held') }] } as const;
  const receipt = receiptOf(holding);
  expect(receipt.outcomes.map(({ opId, status }) => [opId, status])).toEqual([['held', 'held']]);
  // @ts-expect-error A hold's decision is none of a purchase.
  const decision: Decision<'purchase'> = decide(policy, account.state, holding, account.now);
  // @ts-expect-error Nothing is bought by holding.
  const paid = receipt.paid;
  expect([decision.ok, paid]).toEqual([true, undefined]);
});

it('a purchase says what was paid, a grant that nothing was', () => {
  const bought = receiptOf({ kind: 'purchase', opId: opNamed('bought'), packId: 'pack-50' });
  expect(bought.paid.minor > 0n).toBe(true);
  const given = receiptOf({ kind: 'grant', by: 'staff', opId: opNamed('given'), bucket: 'purchased', amount: units(5n), reason: 'gift' });
  // @ts-expect-error Nobody paid for a grant.
  const paid: bigint | undefined = given.paid?.minor;
  expect(paid).toBeUndefined();
});

it('a command that is one of several leaves the receipt of one of them', () => {
  const buying: CommandOf<'purchase' | 'grant'> = { kind: 'purchase', opId: opNamed('either'), packId: 'pack-50' };
  const receipt = receiptOf<'purchase' | 'grant'>(buying);
  // @ts-expect-error It may be the grant's.
  const minor = receipt.paid.minor;
  expect(minor > 0n).toBe(true);
});

it('a rule cannot leave the receipt of another kind', () => {
  // @ts-expect-error A plan that was cancelled leaves a subscription.
  const receipt: ReceiptOf<'cancel-plan'> = { kind: 'done' };
  expect(receipt.kind).toBe('done');
});
