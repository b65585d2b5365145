/**
 * The pure decider: a command becomes entries or a refusal. It reads no clock, keeps no memory and never throws for a
 * business reason. What time brought comes first, so that the same command at the same instant means the same thing
 * whether or not a sweep ran before.
 */
import { assertNever } from '../../result.ts';
import type { Command, Decision, Refusal } from '../model/commands.ts';
import { begin, type Draft } from '../model/draft.ts';
import { apply } from '../model/evolve.ts';
import type { AccountState, Entry, EntryBody } from '../model/model.ts';
import type { Policy, PolicyTerms } from '../model/policy.ts';
import type { Instant, OpId } from '../model/quantities.ts';
import { pinned } from '../model/versions.ts';
import { setAutoTopUp, topUpDeclined } from './auto-top-up.ts';
import { disputeWon, refundRefused } from './disputes.ts';
import { advance } from './due.ts';
import { givenForNothing, staffOnly } from './entitled.ts';
import { type Decided, hold, refuse, release, settle } from './holds.ts';
import { isInstant, slotsRefusal } from './opening.ts';
import { endPlan, resume, stopRenewing } from './plan-ends.ts';
import { returnPlan } from './plan-payments.ts';
import { changePlan, subscribe } from './plans.ts';
import { grant, notePayment, purchase, topUp } from './purchases.ts';
import { refund } from './refunds.ts';
import { setResetDay } from './reset-day.ts';
import { strikeShortfall } from './shortfall.ts';
import { takeBack } from './take-back.ts';

/**
 * Decides `command` for the account as it is at `now` (epoch milliseconds; earlier than the account's last entry counts
 * as that entry's instant: time does not run backwards). Never throws for a business reason.
 */
export function decide(policy: Policy, state: AccountState, command: Command, now: Instant): Decision {
  const early = unfit(policy, state, command, now);
  if (early !== null) return refuse(early);
  const at = Math.max(now, state.lastAt);
  const draft = begin(state);
  const before = advance(policy, draft, at);
  const terms = pinned(policy, draft);
  const { subscription } = draft;
  const barred = staffOnly(terms, subscription, command);
  if (barred !== null) return refuse(barred);
  const decided = dispatch(terms, draft, command, at);
  if (!decided.ok) return decided;
  // What the command set in motion at this very instant: the first allowance of a new plan, credit returned to a lapsed grant.
  const after = advance(policy, draft, at);
  const gift = givenForNothing(terms, subscription, command, decided, after);
  if (gift !== null) return refuse(gift);
  return { ok: true, entries: [...before, ...decided.entries, ...after], receipt: decided.receipt, state: draft };
}

/** What a closed account still knows: work under way ends, and money goes where banks send it. */
const ENDS_WHAT_BEGAN: ReadonlySet<Command['kind']> = new Set([
  'settle',
  'release',
  'note-payment',
  'refund',
  'refund-refused',
  'return-plan',
  'dispute-won',
  'strike-shortfall',
  'sweep',
]);

function unfit(policy: Policy, state: AccountState, command: Command, now: Instant): Refusal | null {
  if (!isInstant(now)) return { code: 'invalid_instant', why: 'An instant is a whole number of milliseconds from 1970 on.' };
  if (state.seq === 0) return { code: 'not_found', what: 'account' };
  if (state.policy.id !== policy.id) return { code: 'conflict', what: `the account is under the policy ${state.policy.id}` };
  if (state.closedAt !== null && !ENDS_WHAT_BEGAN.has(command.kind)) return { code: 'account_closed' };
  return command.kind === 'subscribe' || command.kind === 'change-plan' ? slotsRefusal(command.slots) : null;
}

function dispatch(terms: PolicyTerms, draft: Draft, command: Command, now: Instant): Decided {
  switch (command.kind) {
    case 'hold':
      return hold(terms, draft, command, now);
    case 'settle':
      return settle(terms, draft, command, now);
    case 'release':
      return release(terms, draft, command, now);
    case 'grant':
      return grant(terms, draft, command, now);
    case 'purchase':
      return purchase(terms, draft, command, now);
    case 'top-up':
      return topUp(terms, draft, command, now);
    case 'note-payment':
      return notePayment(terms, draft, command, now);
    case 'refund':
      return refund(terms, draft, command, now);
    case 'dispute-won':
      return disputeWon(terms, draft, command, now);
    case 'refund-refused':
      return refundRefused(terms, draft, command, now);
    case 'return-plan':
      return returnPlan(terms, draft, command, now);
    case 'strike-shortfall':
      return strikeShortfall(draft, command, now);
    case 'take-back':
      return takeBack(terms, draft, command, now);
    case 'subscribe':
      return subscribe(terms, draft, command, now);
    case 'change-plan':
      return changePlan(terms, draft, command, now);
    case 'cancel-plan':
      return stopRenewing(draft, command.opId, 'cancelling', now);
    case 'pause-plan':
      return stopRenewing(draft, command.opId, 'pausing', now);
    case 'resume-plan':
      return resume(terms, draft, command, now);
    case 'end-plan':
      return endPlan(terms, draft, command, now);
    case 'set-reset-day':
      return setResetDay(terms, draft, command, now);
    case 'set-auto-top-up':
      return setAutoTopUp(terms, draft, command, now);
    case 'auto-top-up-declined':
      return topUpDeclined(terms, draft, command, now);
    case 'close':
      return one(draft, command.opId, now, { kind: 'closed', reason: command.reason });
    case 'sweep':
      return { ok: true, entries: [], receipt: { kind: 'done' } };
    default:
      return assertNever(command);
  }
}

function one(draft: Draft, opId: OpId, now: Instant, body: EntryBody): Decided {
  const entry: Entry = { opId, at: now, ...body };
  apply(draft, entry);
  return { ok: true, entries: [entry], receipt: { kind: 'done' } };
}
