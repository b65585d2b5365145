/**
 * The pure decider: a command becomes entries or a refusal. It reads no clock, keeps no memory and never throws for a
 * business reason. What time brought comes first, so that the same command at the same instant means the same thing
 * whether or not a sweep ran before.
 */
import type { Command, CommandKind, CommandOf, Refusal } from '../model/commands.ts';
import { begin, type Draft } from '../model/draft.ts';
import { apply } from '../model/evolve.ts';
import { latest } from '../model/instants.ts';
import type { AccountState, Entry } from '../model/model.ts';
import type { Policy, PolicyTerms } from '../model/policy.ts';
import type { Instant } from '../model/quantities.ts';
import type { Decided, Decision } from '../model/receipts.ts';
import { pinned } from '../model/versions.ts';
import { setAutoTopUp, topUpDeclined } from './auto-top-up.ts';
import { disputeWon, refundRefused } from './disputes.ts';
import { advance } from './due.ts';
import { givenForNothing, staffOnly } from './entitled.ts';
import { hold, refuse, release, settle } from './holds.ts';
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
export function decide<K extends CommandKind>(policy: Policy, state: AccountState, command: CommandOf<K>, now: Instant): Decision<K> {
  const early = unfit(policy, state, command, now);
  if (early !== null) return refuse(early);
  const at = latest(now, state.lastAt);
  const draft = begin(state);
  const before = advance(policy, draft, at);
  const terms = pinned(policy, draft);
  const { subscription } = draft;
  const barred = staffOnly(terms, subscription, command);
  if (barred !== null) return refuse(barred);
  const decided = RULES[command.kind](terms, draft, command, at);
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

type Rule<K extends CommandKind> = (terms: PolicyTerms, draft: Draft, command: CommandOf<K>, now: Instant) => Decided<K>;

/** One rule for each kind of command: its decision carries the receipt of that kind, or does not compile. */
const RULES: { readonly [K in CommandKind]: Rule<K> } = {
  hold,
  settle,
  release,
  grant,
  purchase,
  'top-up': topUp,
  'note-payment': notePayment,
  refund,
  'dispute-won': disputeWon,
  'refund-refused': refundRefused,
  'return-plan': returnPlan,
  'strike-shortfall': (_, draft, command, now) => strikeShortfall(draft, command, now),
  'take-back': takeBack,
  subscribe,
  'change-plan': changePlan,
  'cancel-plan': (_, draft, { opId }, now) => stopRenewing(draft, opId, 'cancelling', now),
  'pause-plan': (_, draft, { opId }, now) => stopRenewing(draft, opId, 'pausing', now),
  'resume-plan': resume,
  'end-plan': endPlan,
  'set-reset-day': setResetDay,
  'set-auto-top-up': setAutoTopUp,
  'auto-top-up-declined': topUpDeclined,
  close,
  sweep: () => ({ ok: true, entries: [], receipt: { kind: 'done' } }),
};

function close(_: PolicyTerms, draft: Draft, { opId, reason }: CommandOf<'close'>, now: Instant): Decided<'close'> {
  const entry: Entry = { opId, at: now, kind: 'closed', reason };
  apply(draft, entry);
  return { ok: true, entries: [entry], receipt: { kind: 'done' } };
}
