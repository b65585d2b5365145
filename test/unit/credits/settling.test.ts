/** What a client says at the end of an operation, against the price that was quoted before it (ST-03, GS-02, PS-01, AS-02, PG-07, PG-10). */
import { describe, expect, it, test } from 'vitest';
import { decide, type OperationRequest, type Policy, priceOf, refusalText } from '../../../shared/credits/index.ts';
import { artificialStudio, backgroundStudio, creativeSuite, generativeSuite, payAsYouGo } from '../../../shared/policies/index.ts';
import { opNamed, units } from '../../quantities.ts';
import { Account, on } from './account.ts';

const start = '2026-11-23';
const studio = backgroundStudio({ launchAt: on('2030-01-01') });

/** Any policy, with enough credit for anything. */
function rich(policy: Policy): Account {
  const account = new Account(policy, start, policy.plans === null ? {} : { plan: policy.plans.list[0]?.id ?? null, slots: 1 });
  const bucket = policy.buckets.at(-1)?.id ?? '';
  account.do({ kind: 'grant', opId: opNamed('plenty'), bucket, amount: 1_000_000n, reason: 'test' });
  return account;
}

const photo: OperationRequest = { kind: 'apply', recipe: { background: 'studio', logo: 'dealer' } };
const tool = (name: string, more: Partial<OperationRequest> = {}): OperationRequest => ({ kind: 'tool', tool: name, ...more });
const generation = (model: string, resolution: string): OperationRequest => ({ kind: 'generation', model, resolution });
const video = tool('video', { durationSeconds: 10, complexity: 'medium' });

/** Held, then settled with `actual` (null: nothing is said): what is charged, or `refused`. */
const table: readonly [string, Policy, OperationRequest, bigint | null, bigint | 'refused'][] = [
  ['ST-03: an applied photo, nothing said', studio, photo, null, 1n],
  ['ST-03: an applied photo at its price', studio, photo, 1n, 1n],
  ['ST-03: an applied photo for nothing', studio, photo, 0n, 'refused'],
  ['ST-03: an applied photo for more', studio, photo, 2n, 'refused'],
  ['ST-04: reverting, nothing said', studio, { kind: 'revert' }, null, 0n],
  ['ST-04: reverting at nothing', studio, { kind: 'revert' }, 0n, 0n],
  ['ST-04: reverting for something', studio, { kind: 'revert' }, 1n, 'refused'],
  ...[studio, creativeSuite(), generativeSuite(), artificialStudio(), payAsYouGo()].flatMap(
    (policy): [string, Policy, OperationRequest, bigint | null, bigint | 'refused'][] => [
      [`ST-05: a correction under ${policy.id}`, policy, { kind: 'correct', photo: 'a' }, null, 0n],
      [`ST-05: a correction under ${policy.id} for something`, policy, { kind: 'correct', photo: 'a' }, 1n, 'refused'],
    ],
  ),
  ['PS-01: a tool of 20 credits', creativeSuite(), tool('video'), 20n, 20n],
  ['PS-01: a tool of 20 credits for 19', creativeSuite(), tool('video'), 19n, 'refused'],
  ['PS-01: a tool of 20 credits for nothing', creativeSuite(), tool('video'), 0n, 'refused'],
  ['GS-02: ten seconds of video at the least', generativeSuite(), video, 8n, 8n],
  ['GS-02: ten seconds of video in between', generativeSuite(), video, 13n, 13n],
  ['GS-02: ten seconds of video at the most', generativeSuite(), video, 20n, 20n],
  ['GS-02: ten seconds of video below the least', generativeSuite(), video, 7n, 'refused'],
  ['GS-02: ten seconds of video above the most', generativeSuite(), video, 21n, 'refused'],
  ['GS-02: ten seconds of video for nothing', generativeSuite(), video, 0n, 'refused'],
  ['GS-02: half the time, half the least', generativeSuite(), { ...video, durationSeconds: 5 }, 4n, 4n],
  ['GS-02: half the time, below half the least', generativeSuite(), { ...video, durationSeconds: 5 }, 3n, 'refused'],
  ['PG-07: a generation at the least', payAsYouGo(), generation('backdrop-pro', '4K'), 1_200n, 1_200n],
  ['PG-07: a generation below the least', payAsYouGo(), generation('backdrop-pro', '4K'), 1_199n, 'refused'],
  ['PG-07: a generation, nothing said, is the hold', payAsYouGo(), generation('backdrop-pro', '4K'), null, 2_400n],
  ['PG-04: a chain at the sum of its steps', payAsYouGo(), { kind: 'process', steps: ['crop', 'resize'] }, 20n, 20n],
  ['PG-04: a chain at one of its steps', payAsYouGo(), { kind: 'process', steps: ['crop', 'resize'] }, 10n, 'refused'],
  ['AS-02: deducted at the start, nothing said', artificialStudio(), photo, null, 5n],
  ['AS-02: deducted at the start, said again', artificialStudio(), photo, 5n, 5n],
  ['AS-02: deducted at the start, taken back by a settle', artificialStudio(), photo, 0n, 'refused'],
  ['AS-02: deducted at the start, a part of it', artificialStudio(), photo, 4n, 'refused'],
];

describe('a settle stays inside its price', () => {
  it.each(table)('%s', (_, policy, request, actual, outcome) => {
    const account = rich(policy);
    const before = account.available;
    const [holdId = ''] = account.hold(1, { recipe: undefined, ...request });
    const command = { kind: 'settle', holdId, ...(actual === null ? {} : { actual }) } as const;
    if (outcome !== 'refused') {
      expect(account.do(command)).toMatchObject({ charged: outcome });
      expect([account.available, account.wallet().held]).toEqual([before - outcome, 0n]);
      return;
    }
    const price = priceOf(policy, request);
    const most = price.ok ? price.cost.max : 0n;
    const least = price.ok ? price.cost.min : 0n;
    expect(account.refusal(command)).toMatchObject({ code: 'invalid_amount', least, most });
    // Nothing moved: the hold is still there, and a release gives it back.
    expect([account.available, account.wallet().held]).toEqual([before - most, most]);
    account.do({ kind: 'release', holdId, cause: 'failed', reason: 'it came to nothing' });
    expect(account.available).toBe(before);
  });

  test('PG-10: whoever settles at nothing is told to release', () => {
    const account = rich(studio);
    const [holdId = ''] = account.hold(1);
    const refusal = account.refusal({ kind: 'settle', holdId, actual: 0n });
    expect(refusalText(refusal, studio, 'UTC')).toBe(
      'The price of this operation is 1 credit, not 0 credits. Release what came to nothing. Nothing was charged.',
    );
  });

  test('the price that was quoted counts, whatever a later version of the policy asks', () => {
    const cheap = payAsYouGo();
    const generations = cheap.operations['generation'];
    if (generations === undefined) throw new Error('There are generations.');
    const free = { ...generations, price: { kind: 'range', min: units(0n), max: units(10_000n) } } as const;
    const next: Policy = {
      ...cheap,
      version: 2,
      operations: { ...cheap.operations, generation: free },
      previous: cheap,
      appliesFrom: on('2026-11-24'),
    };
    const account = new Account(cheap, '2026-11-23T23:00:00Z');
    account.do({ kind: 'top-up', opId: opNamed('bought'), amount: 50_000n });
    const [holdId = opNamed('none')] = account.hold(1, { ...generation('backdrop-pro', '4K'), recipe: undefined });
    const later = (actual: bigint) =>
      decide(next, account.state, { kind: 'settle', holdId: opNamed(holdId), actual: units(actual) }, on('2026-11-24T01:00:00Z'));
    expect(later(1n)).toMatchObject({ ok: false, refusal: { code: 'invalid_amount', least: 1_200n, most: 2_400n } });
    expect(later(1_500n)).toMatchObject({ ok: true, receipt: { charged: 1_500n }, state: { policy: { version: 2 } } });
  });

  test.each([
    [0n, 0n],
    [1_000n, 1_000n],
    [2_400n, 2_400n],
    [2_401n, null],
  ])('a hold of an older ledger, which says nothing of a price, settles at %s as it did', (actual, charged) => {
    const account = rich(payAsYouGo());
    const [holdId = opNamed('none')] = account.hold(1, { ...generation('backdrop-pro', '4K'), recipe: undefined });
    const hold = account.state.holds.get(holdId);
    if (hold === undefined) throw new Error('It is held.');
    account.state = { ...account.state, holds: new Map([[holdId, { ...hold, least: null }]]) };
    const decision = account.try({ kind: 'settle', holdId, actual });
    expect(decision.ok && decision.receipt).toEqual(charged === null ? false : expect.objectContaining({ charged }));
  });
});
