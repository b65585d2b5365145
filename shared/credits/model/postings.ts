/** Double entry: every fact moves credit from somewhere to somewhere, and what it moves sums to zero. */
import { assertNever } from '../../result.ts';
import { sum } from './amount.ts';
import type { Entry } from './model.ts';
import type { Slice, Units } from './quantities.ts';

/** A signed movement on an account of the books. `grant:ID:part` are the customer's, `issued` and the like are ours. */
export interface Posting {
  readonly account: string;
  readonly amount: Units;
}

type Part = 'available' | 'held' | 'spent' | 'expired' | 'refunded';

/** The postings of an entry; none when no credit moved. They always sum to zero. */
export function postings(entry: Entry): Posting[] {
  switch (entry.kind) {
    case 'granted':
      return [
        { account: `issued:${entry.source.kind}`, amount: -entry.amount },
        { account: `grant:${entry.grantId}:available`, amount: entry.amount },
      ];
    case 'held':
      return entry.slices.flatMap((slice) => move(slice, 'available', 'held'));
    case 'settled':
      return [
        ...entry.charged.flatMap((slice) => move(slice, 'held', 'spent')),
        ...entry.returned.flatMap((slice) => move(slice, 'held', 'available')),
      ];
    case 'released':
      return entry.returned.flatMap((slice) => move(slice, 'held', 'available'));
    case 'expired':
      return entry.slices.flatMap((slice) => move(slice, 'available', 'expired'));
    case 'refunded':
      return [...entry.slices.flatMap((slice) => move(slice, 'available', 'refunded')), ...owed(entry.shortfall)];
    case 'dispute-won':
      return [...entry.slices.flatMap((slice) => move(slice, 'refunded', 'available')), ...owed(-entry.shortfall)];
    case 'expiry-changed':
      return (entry.revives ?? []).flatMap((slice) => move(slice, 'expired', 'available'));
    case 'shortfall-settled':
      return [...entry.slices.flatMap((slice) => move(slice, 'available', 'refunded')), ...owed(-sum(entry.slices) - entry.struck)];
    case 'plan-changed':
      return (entry.returned ?? []).flatMap((slice) => move(slice, 'available', 'refunded'));
    case 'opened':
    case 'renewed':
    case 'auto-top-up-set':
    case 'auto-top-up-declined':
    case 'policy-changed':
    case 'carried-paid-out':
    case 'reset-day-set':
    case 'closed':
      return [];
    default:
      return assertNever(entry);
  }
}

const move = ({ grantId, amount }: Slice, from: Part, to: Part): Posting[] => [
  { account: `grant:${grantId}:${from}`, amount: -amount },
  { account: `grant:${grantId}:${to}`, amount },
];

const owed = (shortfall: Units): Posting[] =>
  shortfall === 0n
    ? []
    : [
        { account: 'shortfall:owed', amount: shortfall },
        { account: 'shortfall:recorded', amount: -shortfall },
      ];

/** What an entry did to the available balance, signed: the amount a history line shows. */
export const effectOnAvailable = (entry: Entry): Units =>
  postings(entry).reduce((total, { account, amount }) => (account.endsWith(':available') ? total + amount : total), 0n);

/** The slices of an entry that concern the balance, whatever its kind calls them. */
export function slicesOf(entry: Entry): readonly Slice[] {
  switch (entry.kind) {
    case 'granted':
      return [{ bucket: entry.bucket, grantId: entry.grantId, amount: entry.amount }];
    case 'held':
    case 'expired':
    case 'refunded':
    case 'dispute-won':
    case 'shortfall-settled':
      return entry.slices;
    case 'expiry-changed':
      return entry.revives ?? [];
    case 'settled':
      return entry.charged;
    case 'released':
      return entry.returned;
    case 'plan-changed':
      return entry.returned ?? [];
    default:
      return [];
  }
}
