import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawables, drawOrder } from '../../../shared/credits/decide/draw.ts';
import { stateAt } from '../../../shared/credits/decide/due.ts';
import {
  type AccountState,
  decide,
  decodeEntry,
  decodeState,
  emptyAccount,
  encodeEntry,
  encodeState,
  evolve,
  type Policy,
  quote,
  quoteCommand,
  view,
} from '../../../shared/credits/index.ts';
import type { Instant } from '../../../shared/credits/model/quantities.ts';
import { policyIds, policyNamed } from '../../../shared/policies/index.ts';
import { instant } from '../../quantities.ts';
import { runs } from '../../runs.ts';
import { Account, DAY } from './account.ts';
import { opened, run, type Step, steps } from './random-account.ts';

/** Each history is checked after every step by Account itself: closed grants, nothing below zero, postings that sum to zero. */
const RUNS = { numRuns: runs(25, 60) };

const json = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
/** Everything the wallet shows, without how many entries are written down. */
const shown = (policy: Policy, state: AccountState, now: Instant) => ({ ...view(policy, state, now), seq: 0 });

describe.each(policyIds)('%s: whatever happens', (id) => {
  const policy = policyNamed(id, { launchAt: instant(Date.UTC(2026, 10, 20)) });
  if (policy === null) throw new Error(id);
  const history = (property: (account: Account, history: readonly Step[]) => void, maxLength = 40) =>
    fc.assert(
      fc.property(opened(policy), steps(maxLength), (open, list) => property(open(), list)),
      RUNS,
    );

  it('every grant stays closed, nothing is overdrawn, every entry sums to zero', () => {
    history((account, list) => {
      for (const step of list) run(account, step);
      const granted = account.entriesOf('granted').reduce((sum, entry) => sum + entry.amount, 0n);
      const alive = [...account.state.grants.values(), ...account.state.recent].reduce((sum, grant) => sum + grant.granted, 0n);
      const closed = Object.values(account.state.closed).reduce((sum, totals) => sum + totals.granted, 0n);
      expect(alive + closed).toBe(granted);
      for (const totals of Object.values(account.state.closed))
        expect(totals.spent + totals.expired + totals.refunded).toBe(totals.granted);
    });
  });

  it('a sweep is invisible: swept at every step or never, the wallet is the same', () => {
    history((account, list) => {
      const swept = new Account(policy, account.now, {
        ...account.state,
        plan: account.state.subscription?.plan ?? null,
        slots: account.state.subscription?.slots ?? 0,
        anchor: undefined,
      });
      for (const step of list) {
        swept.at(swept.now + step.waitMs).sweep();
        run(account, step);
        run(swept, { ...step, waitMs: 0 });
        expect(shown(policy, swept.state, swept.now)).toEqual(shown(policy, account.state, account.now));
      }
      account.sweep();
      swept.sweep();
      expect(encodeState(swept.state)).toEqual(encodeState(account.state));
    }, 20);
  });

  it('any split of time equals one jump', () => {
    history((account, list) => {
      for (const step of list) run(account, step);
      const jumps = list.map((step) => step.waitMs);
      const end = instant(account.now + jumps.reduce((a, b) => a + b, 0));
      let split = account.state;
      let now = account.now;
      for (const wait of jumps) {
        now = instant(now + wait);
        split = stateAt(policy, split, now);
      }
      expect(encodeState(stateAt(policy, split, end))).toEqual(encodeState(stateAt(policy, account.state, end)));
    }, 15);
  });

  it('a replay of the entries, through JSON and back, gives the same state', () => {
    history((account, list) => {
      for (const step of list) run(account, step);
      let state: AccountState = emptyAccount;
      for (const entry of account.entries) {
        const decoded = decodeEntry(json(encodeEntry(entry)));
        expect(decoded).toEqual({ ok: true, value: entry });
        if (decoded.ok) state = evolve(state, decoded.value);
      }
      expect(encodeState(state)).toEqual(encodeState(account.state));
      const restored = decodeState(json(encodeState(state)));
      expect(restored.ok && encodeState(restored.value)).toEqual(encodeState(state));
      expect(restored.ok && shown(policy, restored.value, account.now)).toEqual(shown(policy, state, account.now));
    });
  });

  it('a quote is what then happens, by bucket', () => {
    history((account, list) => {
      for (const step of list) {
        const before = account.state;
        const done = run(account, step);
        if (done === null || done.command.kind !== 'hold') continue;
        const { operations } = done.command;
        const quoted = quote(policy, before, operations, account.now);
        const decision = decide(policy, before, { kind: 'hold', atomic: true, operations }, account.now);
        expect(quoted.refusal).toEqual(decision.ok ? null : decision.refusal);
        if (!decision.ok) continue;
        const drawn: Record<string, bigint> = {};
        for (const entry of decision.entries)
          if (entry.kind === 'held') for (const slice of entry.slices) drawn[slice.bucket] = (drawn[slice.bucket] ?? 0n) + slice.amount;
        expect(Object.fromEntries(quoted.slices.map(({ bucket, amount }) => [bucket, amount]))).toEqual(drawn);
        expect(view(policy, decision.state, account.now).available).toBe(quoted.availableAfter);
      }
    });
  });

  it('the quote of any change, of a plan, a pack, a refund, is what then happens, swept or not', () => {
    history((account, list) => {
      for (const step of list) {
        const before = account.state;
        const done = run(account, step);
        if (done === null) continue;
        const quoted = quoteCommand(policy, before, done.command, account.now);
        const swept = decide(policy, before, { kind: 'sweep' }, account.now);
        const decision = decide(policy, swept.ok ? swept.state : before, done.command, account.now);
        expect(decision.ok).toBe(quoted.ok);
        if (!decision.ok || !quoted.ok) continue;
        expect(quoted.receipt).toEqual(decision.receipt);
        expect(view(policy, decision.state, account.now).available).toBe(quoted.availableAfter);
        expect(view(policy, account.state, account.now).available).toBe(quoted.availableAfter);
      }
    });
  });

  it('the draw order is total, and nothing is drawn while something earlier is left', () => {
    history((account, list) => {
      for (const step of list) {
        const before = stateAt(policy, account.state, instant(account.now + step.waitMs));
        const done = run(account, step);
        const order = drawables(policy, before, account.now);
        for (const [index, one] of order.entries())
          for (const later of order.slice(index + 1)) expect(drawOrder(one, later)).toBeLessThan(0);
        if (done === null || !done.decision.ok || done.command.kind !== 'hold') continue;
        const drawn = done.decision.entries.flatMap((entry) => (entry.kind === 'held' ? entry.slices : []));
        const last = order.findIndex((one) => one.grant.id === drawn.at(-1)?.grantId);
        for (const one of order.slice(0, Math.max(0, last))) {
          const taken = drawn.reduce((sum, slice) => (slice.grantId === one.grant.id ? sum + slice.amount : sum), 0n);
          expect(taken).toBe(one.grant.available);
        }
      }
    });
  });

  it('split runs equal one run: a batch draws what its operations draw one after the other', () => {
    history((account, list) => {
      for (const step of list) {
        const before = account.state;
        const done = run(account, step);
        if (done === null || done.command.kind !== 'hold') continue;
        let state = before;
        const outcomes = done.command.operations.map((operation) => {
          const decision = decide(policy, state, { kind: 'hold', atomic: false, operations: [operation] }, account.now);
          if (!decision.ok || decision.receipt.kind !== 'held') return null;
          state = decision.state;
          return decision.receipt.outcomes[0]?.slices;
        });
        const batch = decide(policy, before, { ...done.command, atomic: false }, account.now);
        expect(batch.ok && batch.receipt.kind === 'held' && batch.receipt.outcomes.map((outcome) => outcome.slices)).toEqual(outcomes);
      }
    });
  });

  it('refunds come to at most what was paid, and a shortfall is recorded, never a negative', () => {
    history((account, list) => {
      for (const step of list) run(account, step);
      for (const purchase of account.entriesOf('granted')) {
        if (purchase.source.kind !== 'purchase') continue;
        let given = 0n;
        for (const entry of account.entries) {
          if (entry.kind === 'refunded' && entry.purchaseOpId === purchase.opId) given += entry.money.minor;
          if (entry.kind === 'dispute-won' && entry.purchaseOpId === purchase.opId) given -= entry.money.minor;
          expect(given >= 0n && given <= purchase.source.paid.minor).toBe(true);
        }
      }
      expect(account.state.shortfall >= 0n).toBe(true);
    });
  });

  it('the state stays small, however long the history', () => {
    history((account, list) => {
      for (const step of list) run(account, step);
      account.sweep();
      for (const holdId of account.state.holds.keys()) account.try({ kind: 'release', holdId, cause: 'failed', reason: 'end' });
      expect(account.state.recent.length).toBeLessThanOrEqual(8 + Object.keys(account.state.disputes).length);
      expect(account.state.holds.size).toBe(0);
      for (const grant of account.state.grants.values()) expect(grant.available > 0n).toBe(true);
    });
  });

  it('time runs forward only: an earlier clock counts as the last entry’s', () => {
    history((account, list) => {
      for (const step of list) run(account, step);
      expect(shown(policy, account.state, instant(account.state.lastAt - 3 * DAY)).available).toBe(
        shown(policy, account.state, account.state.lastAt).available,
      );
    }, 10);
  });
});
