import { describe, expect, it } from 'vitest';
import { decide, encodeState, explain, reasonText } from '../../../shared/credits/index.ts';
import { backgroundStudio, creativeSuite } from '../../../shared/policies/index.ts';
import { instant, opNamed } from '../../quantities.ts';
import { Account, DAY, HOUR, on } from './account.ts';

const policy = backgroundStudio({ launchAt: on('2030-01-01') });
/** 10 credits that lapse with November. */
const november = () => new Account(policy, '2026-11-30T12:00:00Z', { plan: 'professional-plus', slots: 1 });

describe('a batch', () => {
  it('atomic: all or none', () => {
    const account = november();
    const refusal = account.refusal({ kind: 'hold', atomic: true, operations: account.operations(11) });
    expect(refusal).toMatchObject({ code: 'insufficient_credit', required: 11n, available: 10n, shortfall: 1n, affordable: 10 });
    expect(account.available).toBe(10n);
  });
  it('not atomic: as many as the wallet pays for, in order', () => {
    const account = november();
    const receipt = account.do({ kind: 'hold', atomic: false, operations: account.operations(12) });
    const outcomes = receipt.kind === 'held' ? receipt.outcomes : [];
    expect(outcomes.map((outcome) => outcome.status)).toEqual([...Array(10).fill('held'), 'refused', 'refused']);
    expect(outcomes[11]?.refusal).toMatchObject({
      code: 'insufficient_credit',
      required: 12n,
      available: 10n,
      shortfall: 2n,
      affordable: 10,
    });
    expect(account.wallet()).toMatchObject({ available: 0n, held: 10n });
  });
  it('not atomic: one wrong operation does not stop the others', () => {
    const account = november();
    const [one, two, three] = account.operations(3);
    if (one === undefined || two === undefined || three === undefined) throw new Error('three operations');
    const receipt = account.do({ kind: 'hold', atomic: false, operations: [one, { ...two, recipe: {} }, three, one] });
    const outcomes = receipt.kind === 'held' ? receipt.outcomes : [];
    expect(outcomes.map((outcome) => outcome.refusal?.code ?? 'held')).toEqual(['held', 'background_required', 'held', 'conflict']);
  });
  it('not atomic: one that is too dear does not use up what the next one needs', () => {
    const account = new Account(creativeSuite(), '2026-11-05', { plan: 'free' });
    const [video] = account.operations(1, { kind: 'tool', tool: 'video' });
    const [photo] = account.operations(1);
    if (video === undefined || photo === undefined) throw new Error('two operations');
    const receipt = account.do({ kind: 'hold', atomic: false, operations: [video, photo] });
    expect(receipt.kind === 'held' && receipt.outcomes.map((outcome) => outcome.status)).toEqual(['refused', 'held']);
    expect(account.available).toBe(4n);
  });
  it('in a bucket, what lapses soonest pays first, though it came last', () => {
    const account = new Account(policy, '2026-11-05');
    account.do({ kind: 'purchase', opId: 'a', packId: 'pack-300' });
    account.at('2026-11-06').do({ kind: 'grant', opId: 'b', bucket: 'purchased', amount: 5n, expiresAt: on('2026-12-01'), reason: 'gift' });
    account.apply(5);
    expect(account.state.recent.at(-1)).toMatchObject({ id: 'b', spent: 5n });
    expect(account.wallet().buckets[2]?.grants.map((grant) => grant.id)).toEqual(['a', 'b']);
  });
  it('500 operations held together cost what they cost one by one', () => {
    const together = new Account(policy, '2026-11-05', { plan: 'premium' });
    const apart = new Account(policy, '2026-11-05', { plan: 'premium' });
    const operations = together.operations(500);
    together.do({ kind: 'hold', atomic: true, operations });
    for (const operation of operations) apart.do({ kind: 'hold', atomic: true, operations: [operation] });
    expect(together.wallet()).toMatchObject({ held: 500n, available: apart.available });
  });
});

describe('settling', () => {
  const held = () => {
    const account = new Account(backgroundStudio({ launchAt: on('2026-11-20') }), '2026-11-21', { plan: 'professional-plus', slots: 1 });
    const operations = account.operations(1);
    return { account, operations };
  };
  it('charges the whole hold when nothing is said', () => {
    const { account, operations } = held();
    account.do({ kind: 'hold', atomic: true, operations });
    expect(account.do({ kind: 'settle', holdId: 'op-1' })).toMatchObject({ kind: 'settled', charged: 1n, returned: 0n });
    expect(account.wallet()).toMatchObject({ available: 19n, held: 0n });
  });
  it('happens once', () => {
    const { account, operations } = held();
    account.do({ kind: 'hold', atomic: true, operations });
    account.do({ kind: 'settle', holdId: 'op-1' });
    expect(account.refusal({ kind: 'settle', holdId: 'op-1' }).code).toBe('not_found');
    expect(account.refusal({ kind: 'release', holdId: 'op-1', cause: 'failed', reason: 'x' }).code).toBe('not_found');
  });
});

describe('credit that lapses while it is held', () => {
  it('still pays when the work is done', () => {
    const account = november().at('2026-11-30T23:00:00Z');
    const [holdId = ''] = account.hold();
    account.at('2026-12-01T00:30:00Z').do({ kind: 'settle', holdId });
    expect(account.buckets()).toEqual({ monthly: 10n });
    const old = account.state.recent.find((grant) => grant.spent === 1n);
    expect(old).toMatchObject({ granted: 10n, spent: 1n, expired: 9n });
  });
  it('stays usable for the grace when the work failed', () => {
    const account = november().at('2026-11-30T23:00:00Z');
    const [holdId = ''] = account.hold();
    account.at('2026-12-01T00:30:00Z').do({ kind: 'release', holdId, cause: 'failed', reason: 'could not be read' });
    expect(account.available).toBe(11n);
    expect(account.entriesOf('released').at(-1)?.graceUntil).toBe(on('2026-12-01T00:30:00Z') + DAY);
    // Lapsing soonest, it is drawn first.
    account.apply();
    expect(account.available).toBe(10n);
    expect(account.state.recent.at(-1)).toMatchObject({ spent: 1n, expired: 9n });
  });
  it('is gone after the grace', () => {
    const account = november().at('2026-11-30T23:00:00Z');
    const [holdId = ''] = account.hold();
    account.at('2026-12-01T00:30:00Z').do({ kind: 'release', holdId, cause: 'failed', reason: 'could not be read' });
    const end = on('2026-12-01T00:30:00Z') + DAY;
    expect([account.wallet(end - 1).available, account.wallet(end).available]).toEqual([11n, 10n]);
  });
  it('is gone at once when the customer took it back', () => {
    const account = november().at('2026-11-30T23:00:00Z');
    const [holdId = ''] = account.hold();
    account.at('2026-12-01T00:30:00Z').do({ kind: 'release', holdId, cause: 'cancelled', reason: 'cancelled' });
    expect(account.available).toBe(10n);
  });
  it('cannot be kept alive by failing again and again', () => {
    const account = november().at('2026-11-30T23:00:00Z');
    let [holdId = ''] = account.hold(1);
    const limit = on('2026-12-01') + 2 * HOUR + DAY;
    // The December credits are out of the way, so that only the graced one can be drawn.
    account.at('2026-12-01T00:30:00Z').hold(10);
    for (let now: number = account.now; now < limit; now += HOUR) {
      account.at(now).do({ kind: 'release', holdId, cause: 'failed', reason: 'again' });
      const operations = account.operations(1);
      account.do({ kind: 'hold', atomic: true, operations });
      holdId = operations[0]?.opId ?? '';
    }
    account.at(limit).do({ kind: 'release', holdId, cause: 'failed', reason: 'again' });
    expect(account.state.recent.find((grant) => grant.id.startsWith('plan:2026-11'))).toMatchObject({ granted: 10n, expired: 10n });
  });
});

describe('a hold that nobody resolves', () => {
  it('comes back after two hours, by itself', () => {
    const account = november();
    const [holdId = ''] = account.hold(3);
    const end = account.now + 2 * HOUR;
    expect(account.wallet(end - 1)).toMatchObject({ available: 7n, held: 3n });
    expect(account.wallet(end)).toMatchObject({ available: 10n, held: 0n });
    expect(account.at(end).refusal({ kind: 'settle', holdId }).code).toBe('not_found');
    const entries = account.sweep();
    expect(entries).toHaveLength(3);
    expect(entries[0]).toMatchObject({ kind: 'released', holdId, reason: 'timed-out', at: end });
  });
  it('timing out just as its credit lapses, it returns its own credit to the grace and no other', () => {
    const account = november().at('2026-11-30T22:00:00Z');
    account.hold(3);
    expect(account.buckets('2026-12-01')).toEqual({ monthly: 13n });
    expect(account.buckets('2026-12-02')).toEqual({ monthly: 10n });
  });
  it('settles up to the last millisecond', () => {
    const account = november();
    const [holdId = ''] = account.hold();
    account.at(account.now + 2 * HOUR - 1).do({ kind: 'settle', holdId });
    expect(account.available).toBe(9n);
  });
});

it('a clock that runs behind writes at the instant of the last entry', () => {
  const account = november();
  account.hold();
  account.at('2026-11-30T11:00:00Z').do({ kind: 'settle', holdId: 'op-1' });
  expect(account.entries.at(-1)).toMatchObject({ kind: 'settled', at: on('2026-11-30T12:00:00Z') });
});

describe('why', () => {
  it('explains each slice of a hold that crosses buckets', () => {
    const account = new Account(backgroundStudio({ launchAt: on('2026-11-20') }), '2026-11-21', { plan: 'professional-plus', slots: 1 });
    account.do({ kind: 'purchase', opId: 'buy', packId: 'pack-50' });
    const receipt = account.do({ kind: 'hold', atomic: true, operations: account.operations(21) });
    const slices = receipt.kind === 'held' ? receipt.outcomes.flatMap((outcome) => outcome.slices) : [];
    const why = [0, 10, 20].map((at) => {
      const slice = slices[at];
      return slice === undefined ? '' : reasonText(explain(account.policy, account.state, slice), account.policy, 'UTC');
    });
    expect(why).toEqual([
      'Launch promotion is used first; it expires on 18 December 2026.',
      'Launch promotion was used up.',
      'Launch promotion and Monthly were used up; paid credit comes last.',
    ]);
  });
});

it('the state does not grow with the history', () => {
  const size = (operations: number): number => {
    const account = new Account(backgroundStudio({ launchAt: on('2030-01-01') }), '2026-11-05', { plan: 'premium' });
    let { state } = account;
    for (let done = 0; done < operations; done += 1) {
      const now = instant(account.now + done * 10 * HOUR);
      const held = decide(
        policy,
        state,
        {
          kind: 'hold',
          atomic: true,
          operations: [{ ...account.operations(1)[0], kind: 'apply', recipe: { background: 'x' }, opId: opNamed(`n${done}`) }],
        },
        now,
      );
      if (!held.ok) throw new Error(held.refusal.code);
      const settled = decide(policy, held.state, { kind: 'settle', holdId: opNamed(`n${done}`) }, now);
      if (!settled.ok) throw new Error(settled.refusal.code);
      state = settled.state;
    }
    return JSON.stringify(encodeState(state)).length;
  };
  // Two years and five: only digits grow.
  expect(size(4000) - size(1800)).toBeLessThan(40);
});
