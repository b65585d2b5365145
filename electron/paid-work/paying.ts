/**
 * The one rule by which made work is paid for, whatever the craft: nothing is delivered before its operation is settled, and nothing
 * is paid twice.
 *
 *   a hold that went back    is asked for again under a new id, which is on disk before it is sent, as long as the job stands
 *   a want of credit         leaves the work made, not paid: it waits until there is credit, or is cancelled and discarded
 *   any other refusal        ends the job: the file is discarded, nothing was charged
 *   a settled operation      is delivered, whatever else has become of the job meanwhile
 *
 * Pure; `holding.ts` and `resolving.ts` carry it out.
 */
import type { ProblemCode } from '../../shared/api/index.ts';
import { minMillis, minutes, NO_TIME } from '../../shared/credits/model/durations.ts';
import { millisFrom } from '../../shared/credits/model/minting.ts';
import type { Millis } from '../../shared/credits/model/quantities.ts';
import type { Problem } from '../../shared/result.ts';
import type { Resolution } from './requests.ts';

/** What a settle came to: it is retried until it is one of these. */
export type Settled = Extract<Resolution, { kind: 'settled' | 'gone' }>;

const WANT_OF_CREDIT: ReadonlySet<string> = new Set<ProblemCode>(['insufficient_credit', 'fair_use_reached', 'not_allowed_on_tier']);

/** Whether credit is all that is missing: then made work waits for it. */
export const wantsCredit = ({ code }: Pick<Problem, 'code'>): boolean => WANT_OF_CREDIT.has(code);

/** Whether a file may leave the work folder: only its settled operation lets it. */
export const mayDeliver = (settled: Settled): settled is Extract<Settled, { kind: 'settled' }> => settled.kind === 'settled';

/** A hold lives for hours: one that goes back at once, this often in a row, is a fault at the server. */
const LAPSES_WITHOUT_PAUSE = 3;
const LONGEST_PAUSE_MS = minutes(1);

/** How long to wait before a hold is asked for once more; 0: not at all. `lapses` counts from 1. */
export const pauseBeforeHoldMs = (lapses: number): Millis =>
  lapses <= LAPSES_WITHOUT_PAUSE
    ? NO_TIME
    : minMillis(LONGEST_PAUSE_MS, millisFrom(500 * 2 ** Math.min(lapses - LAPSES_WITHOUT_PAUSE, 20)));
