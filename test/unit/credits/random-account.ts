/** Random histories for any policy: steps are drawn by fast-check, and refer to what the account has by position. */
import fc from 'fast-check';
import { stateAt } from '../../../shared/credits/decide/due.ts';
import type { Command, Decision, OperationRequest, Policy, PolicyTerms, Price } from '../../../shared/credits/index.ts';
import { cents, units } from '../../quantities.ts';
import { Account, DAY, HOUR } from './account.ts';

export interface Step {
  readonly waitMs: number;
  readonly action: string;
  /** Positions and sizes; each action reads the ones it needs. */
  readonly a: number;
  readonly b: number;
}

const ACTIONS = [
  'hold',
  'hold',
  'hold',
  'settle',
  'settle',
  'settle-part',
  'release',
  'cancel',
  'purchase',
  'top-up',
  'grant',
  'refund',
  'goodwill',
  'chargeback',
  'dispute-won',
  'subscribe',
  'change',
  'cancel-plan',
  'pause-plan',
  'resume-plan',
]; // prettier-ignore

const wait = fc.oneof(
  { weight: 4, arbitrary: fc.constant(0) },
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 3 * HOUR }) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 12 * DAY }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 400 * DAY }) },
);

export const steps = (maxLength = 40): fc.Arbitrary<Step[]> =>
  fc.array(fc.record({ waitMs: wait, action: fc.constantFrom(...ACTIONS), a: fc.nat(1000), b: fc.nat(1000) }), { minLength: 1, maxLength });

/** Runs one step; null when the account has nothing that the step could be about. */
export function run(account: Account, step: Step): { command: Command; decision: Decision } | null {
  account.at(account.now + step.waitMs);
  const asked = commandOf(account, step);
  // By either: what is refused to the customer is a step that changes nothing.
  const command: Command | null = asked === null ? null : { by: step.b % 4 === 0 ? 'customer' : 'staff', ...asked };
  return command === null ? null : { command, decision: account.try(command) };
}

const pick = <T>(list: readonly T[], at: number): T | undefined => list[at % list.length];

function commandOf(account: Account, { action, a, b }: Step): Command | null {
  const { policy } = account;
  const hold = pick([...stateAt(policy, account.state, account.now).holds.values()], a);
  const purchase = pick(
    account.entriesOf('granted').filter((entry) => entry.source.kind === 'purchase'),
    a,
  );
  const plan = pick(policy.plans?.list ?? [], a)?.id;
  const interval = b % 3 === 0 ? 'year' : 'month';
  const opId = account.nextId();
  switch (action) {
    case 'hold': {
      const request = pick(requests(policy), b);
      return request === undefined ? null : { kind: 'hold', atomic: b % 2 === 0, operations: account.operations(1 + (a % 7), request) };
    }
    case 'settle':
      return hold === undefined ? null : { kind: 'settle', holdId: hold.opId };
    case 'settle-part': {
      const total = hold?.slices.reduce((sum, slice) => sum + slice.amount, 0n) ?? 0n;
      return hold === undefined ? null : { kind: 'settle', holdId: hold.opId, actual: units((total * BigInt(b % 1001)) / 1000n) };
    }
    case 'release':
      return hold === undefined ? null : { kind: 'release', holdId: hold.opId, cause: 'failed', reason: 'could not be read' };
    case 'cancel':
      return hold === undefined ? null : { kind: 'release', holdId: hold.opId, cause: 'cancelled', reason: 'cancelled' };
    case 'purchase':
      return { kind: 'purchase', opId, packId: pick(policy.packs?.list ?? [], a)?.id ?? 'none' };
    case 'top-up':
      return { kind: 'top-up', opId, amount: units(BigInt(a) * 10_000n) };
    case 'grant':
      return { kind: 'grant', opId, bucket: pick(policy.buckets, a)?.id ?? 'none', amount: units(BigInt(b)), reason: 'test' };
    case 'refund':
    case 'goodwill':
    case 'chargeback':
      if (purchase === undefined || purchase.source.kind !== 'purchase') return null;
      return {
        kind: 'refund',
        opId,
        purchaseOpId: purchase.opId,
        basis: action === 'refund' ? 'policy' : action,
        reason: 'test',
        money: action === 'goodwill' ? { ...purchase.source.paid, minor: cents(BigInt(b)) } : undefined,
        purchase: { credits: purchase.amount, paid: purchase.source.paid },
      };
    case 'dispute-won':
      return purchase === undefined ? null : { kind: 'dispute-won', opId, purchaseOpId: purchase.opId };
    case 'subscribe':
      return plan === undefined ? null : { kind: 'subscribe', opId, plan, slots: b % 60, interval };
    case 'change':
      return { kind: 'change-plan', opId, plan, slots: b % 60, interval };
    case 'cancel-plan':
    case 'pause-plan':
    case 'resume-plan':
      return { kind: action, opId };
    default:
      throw new RangeError(action);
  }
}

/** One request for every row of every price table. */
export function requests(terms: PolicyTerms): OperationRequest[] {
  return Object.entries(terms.operations).flatMap(([kind, rule]) =>
    rows(rule.price).map((traits) => ({ kind, recipe: { background: 'studio' }, ...traits })),
  );
}

function rows(price: Price): Partial<OperationRequest>[] {
  if (price.kind === 'duration') return [{ durationSeconds: 7.5 }];
  if (price.kind === 'each') return [{ steps: Object.keys(price.table) }];
  if (price.kind !== 'by') return [{}];
  return Object.entries(price.table).flatMap(([value, row]) => rows(row).map((traits) => ({ ...traits, [price.trait]: value })));
}

/** An account on one of the policy's plans, in a time zone with daylight saving. */
export const opened = (policy: Policy): fc.Arbitrary<() => Account> =>
  fc
    .record({
      plan: fc.nat(20),
      slots: fc.nat(60),
      timeZone: fc.constantFrom('UTC', 'Europe/Berlin', 'America/St_Johns', 'Pacific/Apia'),
      day: fc.nat(500),
    })
    .map(({ plan, slots, timeZone, day }) => () => {
      const list = policy.plans?.list ?? [];
      const id = list[plan % (list.length + 1)]?.id ?? null;
      return new Account(policy, Date.UTC(2026, 9, 31) + day * 37 * HOUR, { timeZone, slots, plan: id });
    });
