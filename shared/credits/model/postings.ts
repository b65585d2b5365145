/** Double entry: every fact moves credit from somewhere to somewhere, and what it moves sums to zero. */
import { assertNever } from '../../result.ts';
import { sum } from './amount.ts';
import type { Entry } from './model.ts';
import type { Slice, Units } from './quantities.ts';
import { addUnits, NO_UNITS, negateUnits } from './units.ts';

/** A signed movement on an account of the books. `grant:ID:part` are the customer's, `issued` and the like are ours. */
export interface Posting {
  readonly account: string;
  readonly amount: Units;
}

/** Where the credit of a grant lies. Together they are what was granted. */
export type Part = 'available' | 'held' | 'spent' | 'expired' | 'refunded';

/** Credit that an entry moves inside its grants. */
interface Movement {
  readonly slices: readonly Slice[];
  readonly from: Part;
  readonly to: Part;
}

/** What an entry moves between the parts of its grants; none when it moves nothing there. A `granted` brings credit and moves none. */
export function movementsOf(entry: Entry): readonly Movement[] {
  switch (entry.kind) {
    case 'held':
      return [{ slices: entry.slices, from: 'available', to: 'held' }];
    case 'settled':
      return [
        { slices: entry.charged, from: 'held', to: 'spent' },
        { slices: entry.returned, from: 'held', to: 'available' },
      ];
    case 'released':
      return [{ slices: entry.returned, from: 'held', to: 'available' }];
    case 'expired':
      return [{ slices: entry.slices, from: 'available', to: 'expired' }];
    case 'refunded':
    case 'shortfall-settled':
      return [{ slices: entry.slices, from: 'available', to: 'refunded' }];
    case 'dispute-won':
      return [{ slices: entry.slices, from: 'refunded', to: 'available' }];
    case 'expiry-changed':
      return [{ slices: entry.revives ?? [], from: 'expired', to: 'available' }];
    case 'plan-changed':
      return [{ slices: entry.returned ?? [], from: 'available', to: 'refunded' }];
    case 'granted':
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

/** By how much an entry changes what the account owes in credit, signed. */
export function owedBy(entry: Entry): Units {
  switch (entry.kind) {
    case 'refunded':
      return entry.shortfall;
    case 'dispute-won':
      return negateUnits(entry.shortfall);
    case 'shortfall-settled':
      return negateUnits(addUnits(sum(entry.slices), entry.struck));
    default:
      return NO_UNITS;
  }
}

/** The postings of an entry; none when no credit moved. They always sum to zero. */
export function postings(entry: Entry): Posting[] {
  if (entry.kind === 'granted')
    return [
      { account: `issued:${entry.source.kind}`, amount: negateUnits(entry.amount) },
      { account: `grant:${entry.grantId}:available`, amount: entry.amount },
    ];
  const moved = movementsOf(entry).flatMap(({ slices, from, to }) => slices.flatMap((slice) => move(slice, from, to)));
  return [...moved, ...owed(owedBy(entry))];
}

const move = ({ grantId, amount }: Slice, from: Part, to: Part): Posting[] => [
  { account: `grant:${grantId}:${from}`, amount: negateUnits(amount) },
  { account: `grant:${grantId}:${to}`, amount },
];

const owed = (shortfall: Units): Posting[] =>
  shortfall === 0n
    ? []
    : [
        { account: 'shortfall:owed', amount: shortfall },
        { account: 'shortfall:recorded', amount: negateUnits(shortfall) },
      ];

/** What an entry did to the available balance, signed: the amount a history line shows. */
export const effectOnAvailable = (entry: Entry): Units =>
  postings(entry).reduce((total, { account, amount }) => (account.endsWith(':available') ? addUnits(total, amount) : total), NO_UNITS);

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
