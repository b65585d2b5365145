/**
 * AS-11, PG-16: what is answered about a purchase depends on its own history alone. Each answer on an account where much else went on is compared with
 * the answer on a ledger that has been stripped of every other grant, where nothing can have been forgotten.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { refund } from '../../../shared/credits/decide/refunds.ts';
import {
  type AccountState,
  type CommandOf,
  decide,
  type Entry,
  type EntryOf,
  emptyAccount,
  evolveAll,
  type Policy,
  pinned,
  type Slice,
} from '../../../shared/credits/index.ts';
import { sum } from '../../../shared/credits/model/amount.ts';
import { begin } from '../../../shared/credits/model/draft.ts';
import { latest } from '../../../shared/credits/model/instants.ts';
import type { Instant } from '../../../shared/credits/model/quantities.ts';
import { policyIds, policyNamed } from '../../../shared/policies/index.ts';
import { cents, instant, opNamed } from '../../quantities.ts';
import { runs } from '../../runs.ts';
import { type Account, DAY, HOUR } from './account.ts';
import { opened, run, type Step, steps } from './random-account.ts';

const RUNS = { numRuns: runs(15, 25) };
const BASES = ['policy', 'goodwill', 'chargeback'] as const;

type Bought = EntryOf<'granted'> & { readonly source: { readonly kind: 'purchase' } };
const boughtBy = (account: Account): Bought[] =>
  account.entriesOf('granted').filter((entry): entry is Bought => entry.source.kind === 'purchase');

/** The ledger as it would be if no other grant had ever been. */
function alone(entries: readonly Entry[], id: string): Entry[] {
  const own = (slices: readonly Slice[]) => slices.filter(({ grantId }) => grantId === id);
  return entries.flatMap((entry): Entry[] => {
    switch (entry.kind) {
      case 'granted':
        return entry.grantId === id ? [entry] : [];
      case 'held':
      case 'expired':
      case 'dispute-won':
      case 'shortfall-settled':
        return [{ ...entry, slices: own(entry.slices) }];
      case 'settled':
        return [{ ...entry, charged: own(entry.charged), returned: own(entry.returned) }];
      case 'released':
        return [{ ...entry, returned: own(entry.returned) }];
      case 'refunded':
        return [{ ...entry, slices: own(entry.slices), awaits: own(entry.awaits ?? []) }];
      case 'expiry-changed':
        return [{ ...entry, grantIds: entry.grantIds.filter((one) => one === id), revives: own(entry.revives ?? []) }];
      case 'plan-changed':
        return [{ ...entry, returned: own(entry.returned ?? []) }];
      default:
        return [entry];
    }
  });
}

/** As the server hands it in: from the answer of the purchase, and of a chargeback what the ledger says was spent. */
function asked(account: Account, bought: Bought, basis: (typeof BASES)[number], part: bigint): CommandOf<'refund'> {
  const { paid } = bought.source;
  const spent = account.entriesOf('settled').flatMap(({ charged }) => charged.filter(({ grantId }) => grantId === bought.grantId));
  return {
    kind: 'refund',
    opId: opNamed('asked'),
    purchaseOpId: bought.opId,
    basis,
    reason: 'test',
    ...(basis === 'goodwill' && { money: { ...paid, minor: cents(1n + (paid.minor * part) / 100n) } }),
    purchase: {
      credits: bought.amount,
      paid,
      boughtAt: bought.at,
      ...(basis === 'chargeback' && { spent: sum(spent) }),
    },
  };
}

type Answer = ReturnType<typeof refund>;
/** Without what of the older balance lapses with it: that is about other grants. */
function said(answer: Answer | ReturnType<typeof decide>) {
  if (!answer.ok) return answer.refusal;
  if (answer.receipt.kind !== 'refunded') return answer.receipt.kind;
  const { money, amount, awaited = 0n, shortfall } = answer.receipt;
  return { money, amount, awaited, shortfall };
}

const inIsolation = (policy: Policy, state: AccountState, command: CommandOf<'refund'>, now: Instant): Answer =>
  refund(pinned(policy, state), begin(state), command, now);

/** Many small grants that have lapsed an hour later: what the state forgets grants for. */
function lapsing(account: Account, count: number): void {
  const bucket = account.policy.buckets.find(({ rolloverOf }) => rolloverOf === undefined)?.id ?? '';
  for (let n = 0; n < count; n += 1)
    account.try({ kind: 'grant', opId: account.nextId(), bucket, amount: 1n, expiresAt: account.now + HOUR, reason: 'noise' });
  account.at(account.now + HOUR).sweep();
}

/** Staff takes out what the buckets hold: purchases are closed at once, whatever was spent of them. */
function emptying(account: Account): void {
  for (const [bucket, amount] of Object.entries(account.buckets()))
    account.try({ kind: 'take-back', opId: account.nextId(), bucket, amount, reason: 'noise' });
}

describe.each(policyIds)('AS-11, PG-16: under %s', (id) => {
  const policy = policyNamed(id, { launchAt: instant(Date.UTC(2026, 10, 20)) });
  if (policy === null) throw new Error(id);
  const history = (list: readonly Step[], account: Account, crowd: number): void => {
    list.forEach((step, index) => {
      run(account, step);
      if (index % 5 !== 4) return;
      if (step.a % 2 === 0) emptying(account);
      lapsing(account, crowd);
    });
  };

  it('no refund, goodwill or chargeback answers otherwise because of what else the account has', () => {
    fc.assert(
      fc.property(opened(policy), steps(40), fc.integer({ min: 0, max: 20 }), fc.nat(99), (open, list, crowd, part) => {
        const account = open();
        history(list, account, crowd);
        account.sweep();
        const now = latest(account.now, account.state.lastAt);
        for (const bought of boughtBy(account)) {
          const state = evolveAll(emptyAccount, alone(account.entries, bought.grantId));
          for (const basis of BASES) {
            const command = asked(account, bought, basis, BigInt(part));
            const answer = decide(policy, account.state, command, now);
            expect(said(answer), `${basis} of ${bought.opId}`).toEqual(said(inIsolation(policy, state, command, now)));
          }
        }
      }),
      RUNS,
    );
  });

  it('a purchase that lapsed unused is owed nothing after a chargeback, whatever came and closed since', () => {
    fc.assert(
      fc.property(opened(policy), steps(25), fc.nat(15), (open, list, crowd) => {
        const account = open();
        const opId = 'unused';
        const packId = policy.packs?.list[0]?.id ?? '';
        account.try(policy.topUp === null ? { kind: 'purchase', opId, packId } : { kind: 'top-up', opId, amount: policy.topUp.minimum });
        const [bought] = boughtBy(account);
        // What never lapses has nothing to say here, nor a pack that this plan does not sell.
        if (bought === undefined || bought.expiresAt === null) return;
        for (let spare = 0; account.now < bought.expiresAt - DAY; spare += 1) {
          account.at(Math.min(account.now + 90 * DAY, bought.expiresAt - DAY));
          lapsing(account, crowd + spare);
        }
        account.at(bought.expiresAt).sweep();
        history(
          list.filter(({ action }) => action !== 'dispute-won'),
          account,
          crowd,
        );
        const command = asked(account, bought, 'chargeback', 0n);
        const answer = decide(policy, account.state, command, account.now);
        if (answer.ok) expect(answer.receipt).toMatchObject({ kind: 'refunded', amount: 0n, shortfall: 0n });
        else expect(answer.refusal).toEqual({ code: 'not_refundable', why: 'already-refunded' });
      }),
      RUNS,
    );
  });
});
