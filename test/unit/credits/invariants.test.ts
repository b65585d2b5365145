/**
 * What production asserts before it writes, after it replays and when it reads a snapshot. That no valid history trips it is asserted by `Account`, after
 * every step of every test of the engine, in all five policies; here each invariant is broken, and named.
 */
import { describe, expect, test } from 'vitest';
import {
  type AccountState,
  type Entry,
  type EntryBody,
  type EntryOf,
  emptyAccount,
  evolveAll,
  type Grant,
  type Invariant,
  type Slice,
  violationIn,
  violationOf,
} from '../../../shared/credits/index.ts';
import { EPOCH } from '../../../shared/credits/model/instants.ts';
import { accountNamed, cents, grantNamed, instant, opNamed, placed, units } from '../../quantities.ts';

let ids = 0;
function nextId(): string {
  ids += 1;
  return `op-${ids}`;
}
const entry = (body: EntryBody, opId = nextId()): Entry => ({ opId: opNamed(opId), at: instant(1_000), ...body });
const granted = (grantId: string, amount: bigint): Entry =>
  entry({
    kind: 'granted',
    grantId: grantNamed(grantId),
    bucket: 'purchased',
    amount: units(amount),
    effectiveAt: EPOCH,
    expiresAt: null,
    source: { kind: 'admin', reason: 'test' },
  });
const of = (grantId: string, amount: bigint): Slice => ({ bucket: 'purchased', grantId: grantNamed(grantId), amount: units(amount) });
const held = (opId: string, ...slices: Slice[]): Entry =>
  entry({ kind: 'held', slices, expiresAt: instant(9_000), purpose: { kind: 'apply', photo: null, traits: {} } }, opId);
const settled = (holdId: string, charged: Slice[], returned: Slice[] = []): Entry =>
  entry({ kind: 'settled', holdId: opNamed(holdId), charged, returned });
const released = (holdId: string, ...returned: Slice[]): Entry =>
  entry({ kind: 'released', holdId: opNamed(holdId), returned, reason: 'failed', graceUntil: null });
const expired = (...slices: Slice[]): Entry => entry({ kind: 'expired', slices });
const refunded = (shortfall: bigint, ...slices: Slice[]): EntryOf<'refunded'> => ({
  opId: opNamed(nextId()),
  at: instant(1_000),
  kind: 'refunded',
  basis: 'chargeback',
  slices,
  money: { minor: cents(0n), currency: 'EUR' },
  purchaseOpId: opNamed('a'),
  shortfall: units(shortfall),
  reason: 'test',
});
const won = (shortfall: bigint, ...slices: Slice[]): Entry =>
  entry({
    kind: 'dispute-won',
    purchaseOpId: opNamed('a'),
    slices,
    money: { minor: cents(0n), currency: 'EUR' },
    shortfall: units(shortfall),
  });

const opened = evolveAll(emptyAccount, [
  entry({ kind: 'opened', accountId: accountNamed('acc'), policy: { id: 'p', version: 1 }, timeZone: 'UTC', country: null, anchor: EPOCH }),
  granted('five', 5n),
  granted('ten', 10n),
  held('open', of('five', 2n), of('ten', 1n)),
]);
const folded = (...entries: Entry[]): AccountState => evolveAll(opened, entries);
const withGrant = (state: AccountState, id: string, change: Partial<Grant>): AccountState => {
  const grant = state.grants.get(grantNamed(id));
  if (grant === undefined) throw new Error(id);
  return { ...state, grants: new Map(state.grants).set(grantNamed(id), { ...grant, ...change }) };
};

const wrong: readonly (readonly [what: string, Invariant, Entry[]])[] = [
  // The two runs that folded in silence: a hold larger than its grant, and the end of a hold that never was.
  ['a hold of 9 from a grant of 5', 'not-negative', [held('h', of('five', 9n))]],
  ['a settle of 100 for a hold that never was', 'hold-open', [settled('never', [of('five', 100n)])]],
  ['a hold of the same name twice', 'hold-open', [held('open', of('ten', 1n))]],
  ['a hold of the same name twice in one append', 'hold-open', [held('h', of('ten', 1n)), held('h', of('ten', 1n))]],
  [
    'a hold that ends twice',
    'hold-open',
    [released('open', of('five', 2n), of('ten', 1n)), settled('open', [of('five', 2n), of('ten', 1n)])],
  ],
  ['a release of a hold that never was', 'hold-open', [released('never')]],
  ['a settle of less than the hold', 'hold-whole', [settled('open', [of('five', 2n)])]],
  ['a settle of more than the hold', 'hold-whole', [settled('open', [of('five', 2n), of('ten', 1n)], [of('ten', 1n)])]],
  ['a release into another grant', 'hold-whole', [released('open', of('five', 3n))]],
  ['a settle of a hold of one grant from another', 'hold-whole', [held('h', of('ten', 1n)), settled('h', [of('five', 1n)])]],
  ['a negative hold', 'not-negative', [held('h', of('five', -1n))]],
  ['a negative grant', 'not-negative', [granted('minus', -1n)]],
  ['more expired than is there', 'not-negative', [expired(of('five', 4n))]],
  ['the credit of a hold expired', 'not-negative', [held('h', of('five', 3n)), expired(of('five', 1n))]],
  ['more refunded than is there', 'not-negative', [refunded(0n, of('five', 4n))]],
  ['more given back than was refunded', 'not-negative', [refunded(0n, of('five', 1n)), won(0n, of('five', 2n))]],
  ['a debt below zero', 'not-negative', [won(1n)]],
  ['a hold from a grant that is not there', 'grant-known', [held('h', of('nowhere', 1n))]],
  ['a grant given twice', 'grant-known', [granted('five', 5n)]],
  [
    'more carried money used than there is',
    'not-negative',
    [entry({ kind: 'carried-paid-out', money: { minor: cents(1n), currency: 'EUR' } })],
  ],
];

describe('entries are refused', () => {
  test.each(wrong)('%s (%s)', (_, invariant, entries) => {
    expect(violationOf(opened, entries, folded(...entries))?.invariant).toBe(invariant);
  });

  test('when the state beside them is not what they come to', () => {
    const entries = [held('h', of('ten', 1n))];
    const right = folded(...entries);
    expect(violationOf(opened, entries, right)).toBeNull();
    const moved = { available: units(7n), held: units(3n) };
    expect(violationOf(opened, entries, withGrant(right, 'ten', moved))?.invariant).toBe('postings-balance');
    expect(violationOf(opened, entries, withGrant(right, 'ten', { available: units(9n) }))?.invariant).toBe('grant-closed');
    expect(violationOf(opened, entries, { ...right, shortfall: units(1n) })?.invariant).toBe('postings-balance');
    expect(violationOf(opened, entries, { ...right, seq: placed(right.seq + 1) })?.invariant).toBe('gap-free');
    const gone = new Map(right.grants);
    gone.delete(grantNamed('ten'));
    expect(violationOf(opened, entries, { ...right, grants: gone })?.invariant).toBe('postings-balance');
  });

  test('when they touch a grant that was wrong before, and only then', () => {
    const bad = withGrant(opened, 'five', { available: units(4n) });
    const touching = [released('open', of('five', 2n), of('ten', 1n))];
    const beside = [held('h', of('ten', 1n))];
    expect(violationOf(bad, touching, evolveAll(bad, touching))?.invariant).toBe('grant-closed');
    expect(violationOf(bad, beside, evolveAll(bad, beside))).toBeNull();
  });
});

describe('entries are taken', () => {
  test.each<[string, Entry[]]>([
    ['a hold to the last credit', [held('h', of('five', 3n), of('ten', 9n))]],
    ['a settle that returns a part to the grants it came from', [settled('open', [of('five', 1n)], [of('five', 1n), of('ten', 1n)])]],
    ['a hold and its end in one append', [held('h', of('ten', 4n)), settled('h', [of('ten', 4n)])]],
    ['a hold of work that costs nothing', [held('free'), settled('free', [])]],
    ['a chargeback with a debt, and its end', [refunded(3n, of('five', 3n)), won(3n, of('five', 3n))]],
    ['a grant used up that leaves the state', [granted('all', 1n), expired(of('all', 1n)), ...closing(9)]],
    ['money back for a grant that is forgotten', [won(0n, of('long gone', 3n))]],
    ['nothing', []],
  ])('%s', (_, entries) => {
    const state = folded(...entries);
    expect(violationOf(opened, entries, state)).toBeNull();
    expect(violationIn(state)).toBeNull();
  });
});

/** So many grants that are used up at once. */
function closing(count: number): Entry[] {
  return Array.from({ length: count }, (_, n) => [granted(`c${n}`, 1n), expired(of(`c${n}`, 1n))]).flat();
}

describe('a snapshot is doubted', () => {
  test.each<[string, Invariant, AccountState]>([
    ['available and held do not come to what was granted', 'grant-closed', withGrant(opened, 'five', { available: units(4n) })],
    ['a part below zero', 'not-negative', withGrant(opened, 'five', { available: units(-4n), held: units(9n) })],
    ['held without a hold', 'hold-whole', withGrant(opened, 'ten', { available: units(8n), held: units(2n) })],
    ['a hold without what it set aside', 'hold-whole', { ...opened, holds: new Map() }],
    ['a hold of a grant that is gone', 'grant-known', { ...opened, grants: new Map() }],
    [
      'sums of closed grants',
      'grant-closed',
      { ...opened, closed: { b: { granted: units(3n), spent: units(1n), expired: units(1n), refunded: units(0n) } } },
    ],
    ['a debt below zero', 'not-negative', { ...opened, shortfall: units(-1n) }],
    ['carried money below zero', 'not-negative', { ...opened, carried: cents(-1n) }],
  ])('%s (%s)', (_, invariant, state) => {
    expect(violationIn(opened)).toBeNull();
    expect(violationIn(state)?.invariant).toBe(invariant);
  });
});
