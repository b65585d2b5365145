/** How a plan stops and goes on again. Each is a decision of its own: what was planned for the next renewal stays beside it. */
import type { CommandOf } from '../model/commands.ts';
import type { Draft } from '../model/draft.ts';
import type { Entry, Subscription } from '../model/model.ts';
import { carriedBack } from '../model/periods.ts';
import type { PolicyTerms } from '../model/policy.ts';
import type { Instant, OpId } from '../model/quantities.ts';
import type { Decided } from '../model/receipts.ts';
import { isRunning } from '../model/versions.ts';
import { refuse } from './holds.ts';
import { chargeOfNothing, subscribe, write, written } from './plans.ts';

/** Renewals stop; benefits stay until the period ends (GS-15, AS-10). A paused plan, cancelled, has ended: nothing of it runs. */
export function stopRenewing(
  draft: Draft,
  opId: OpId,
  status: 'cancelling' | 'pausing',
  now: Instant,
): Decided<'cancel-plan' | 'pause-plan'> {
  const { subscription } = draft;
  if (subscription === null || subscription.status === 'ended') return refuse({ code: 'not_found', what: 'a running plan' });
  if (subscription.status === 'paused') {
    if (status === 'pausing') return refuse({ code: 'conflict', what: 'the plan is paused already' });
    return write(draft, opId, { ...subscription, status: 'ended' }, now);
  }
  if (subscription.status === status) return refuse({ code: 'conflict', what: `the plan is ${status} already` });
  return write(draft, opId, { ...subscription, status }, now);
}

/** Before the period ends the plan just goes on, with what was planned for it; afterwards that begins anew. */
export function resume(terms: PolicyTerms, draft: Draft, command: CommandOf<'resume-plan'>, now: Instant): Decided<'resume-plan'> {
  const { subscription } = draft;
  if (subscription === null) return refuse({ code: 'not_found', what: 'a plan' });
  if (subscription.status === 'active') return refuse({ code: 'conflict', what: 'the plan is active already' });
  if (isRunning(draft)) return write(draft, command.opId, { ...subscription, status: 'active' }, now);
  const { plan, slots, interval } = subscription.next ?? subscription;
  return subscribe(terms, draft, { kind: 'subscribe', opId: command.opId, plan, slots, interval }, now);
}

/**
 * A period stayed unpaid: the plan ends now, and what it gave for that period lapses now. What is held for work under way stays held, and
 * lapses as soon as that gives it back, however it ends: credit that nobody paid for has no grace. What carried money had paid of the period comes back, as far as its credit is there.
 */
export function endPlan(terms: PolicyTerms, draft: Draft, { opId, since }: CommandOf<'end-plan'>, now: Instant): Decided<'end-plan'> {
  const { subscription } = draft;
  if (subscription === null || !isRunning(draft)) return refuse({ code: 'not_found', what: 'a running plan' });
  const given = [...draft.grants.values()].filter(({ source }) => source.kind === 'plan' && source.cycleStart >= since).map(({ id }) => id);
  const proration = subscription.period.start === since ? (carriedBack(terms, draft, subscription)?.proration ?? null) : null;
  const lapsing: Entry[] =
    given.length === 0 ? [] : [{ opId, at: now, kind: 'expiry-changed', grantIds: given.sort(), expiresAt: now, paid: false }];
  const ended: Subscription = { ...subscription, status: 'ended', next: null };
  const changed: Entry = { opId, at: now, kind: 'plan-changed', subscription: ended, proration };
  return written(draft, [changed, ...lapsing], ended, chargeOfNothing(now), []);
}
