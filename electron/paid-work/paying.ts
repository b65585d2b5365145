/**
 * The one rule by which made work is paid for, whatever the craft: nothing is delivered before its operation is settled, and nothing
 * is paid twice.
 *
 *   a hold that went back    is asked for again under a new id, which is on disk before it is sent, as long as the job stands
 *   a want of credit         leaves the work made, not paid: it waits until there is credit, or is cancelled and discarded
 *   any other refusal        ends the job: the file is discarded, nothing was charged
 *   a settled operation      is delivered, whatever else has become of the job meanwhile
 *
 * Pure, but for `payFor`, which carries the rule out for a craft that works on one picture at a time.
 */
import type { ProblemCode } from '../../shared/api/index.ts';
import type { OpId } from '../../shared/credits/model/quantities.ts';
import type { Problem } from '../../shared/result.ts';
import type { Resolution } from './requests.ts';

/** What a settle came to: it is asked again until it is one of these. */
export type Settled = Extract<Resolution, { kind: 'settled' | 'gone' }>;

/** What the server decided about a hold. */
export type Held = { readonly kind: 'held' } | { readonly kind: 'refused'; readonly problem: Problem };

const WANT_OF_CREDIT: ReadonlySet<string> = new Set<ProblemCode>(['insufficient_credit', 'fair_use_reached', 'not_allowed_on_tier']);

/** Whether credit is all that is missing: then made work waits for it. */
export const wantsCredit = ({ code }: Pick<Problem, 'code'>): boolean => WANT_OF_CREDIT.has(code);

export type AfterHold = 'settle' | 'wait for credit' | 'give up';

/** What a decision about a hold means for work that is made. */
export function afterHold(held: Held): AfterHold {
  if (held.kind === 'held') return 'settle';
  return wantsCredit(held.problem) ? 'wait for credit' : 'give up';
}

/** Whether a file may leave the work folder: only its settled operation lets it. */
export const mayDeliver = (settled: Settled): settled is Extract<Settled, { kind: 'settled' }> => settled.kind === 'settled';

/** A hold lives for hours: one that goes back at once, this often in a row, is a fault at the server. */
const LAPSES_WITHOUT_PAUSE = 3;
const LONGEST_PAUSE_MS = 60_000;

/** How long to wait before a hold is asked for once more; 0: not at all. `lapses` counts from 1. */
export const pauseBeforeHoldMs = (lapses: number): number =>
  lapses <= LAPSES_WITHOUT_PAUSE ? 0 : Math.min(LONGEST_PAUSE_MS, 500 * 2 ** Math.min(lapses - LAPSES_WITHOUT_PAUSE, 20));

export interface Payer {
  readonly newId: () => OpId;
  /** Keeps the id on disk as the one that is asked for next. Called before anything is sent under it. */
  readonly keep: (opId: OpId) => void;
  /** Null: it was given up before there was an answer. */
  readonly settle: (opId: OpId) => Promise<Settled | null>;
  readonly hold: (opId: OpId) => Promise<Held | null>;
  /** False: it was given up meanwhile. */
  readonly pause: (ms: number) => Promise<boolean>;
}

/** `unanswered`: what was asked last is asked again, under the same id, when there is a next time. */
export type Paid =
  | { readonly kind: 'paid'; readonly opId: OpId; readonly charged: string }
  | { readonly kind: 'not paid'; readonly opId: OpId; readonly problem: Problem }
  | { readonly kind: 'given up'; readonly opId: OpId; readonly problem: Problem }
  | { readonly kind: 'unanswered'; readonly opId: OpId };

/**
 * Pays for a made file.
 * @param isHeld false: the hold under `opId` was asked for, and its answer is not known
 */
export async function payFor(payer: Payer, opId: OpId, isHeld: boolean): Promise<Paid> {
  let id = opId;
  let asksHold = !isHeld;
  for (let lapses = 0; ; ) {
    if (asksHold) {
      const held = await payer.hold(id);
      if (held === null) return { kind: 'unanswered', opId: id };
      const next = afterHold(held);
      if (next !== 'settle' && held.kind === 'refused')
        return { kind: next === 'wait for credit' ? 'not paid' : 'given up', opId: id, problem: held.problem };
    }
    const settled = await payer.settle(id);
    if (settled === null) return { kind: 'unanswered', opId: id };
    if (mayDeliver(settled)) return { kind: 'paid', opId: id, charged: settled.charged };
    lapses += 1;
    id = payer.newId();
    payer.keep(id);
    asksHold = true;
    const ms = pauseBeforeHoldMs(lapses);
    if (ms > 0 && !(await payer.pause(ms))) return { kind: 'unanswered', opId: id };
  }
}
