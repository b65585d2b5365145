/** Which jobs of a batch are asked for next, and what the server's answer makes of them. No input or output. */
import type { Problem } from '../../shared/result.ts';
import { inState, type LiveBatch } from './batch.ts';
import type { Craft, Refusal } from './craft.ts';
import type { Job, JobEvent } from './job.ts';
import { wantsCredit } from './paying.ts';
import type { HoldAnswer } from './requests.ts';

/** An event that is to happen to a job. */
export interface Step {
  readonly job: Job;
  readonly event: JobEvent;
}

/** Unsent work waits while a batch is paused or cancelled; what may have reached the server must be resolved. */
const wantsHold = (batch: LiveBatch, job: Job): boolean => batch.phase === 'running' || job.sent || job.made !== null;

/** Enough is held ahead of what is being made. */
const isHeldAhead = (batch: LiveBatch, job: Job, { heldAhead }: Craft): boolean =>
  heldAhead !== null && batch.record.mode !== 'all or nothing' && !job.sent && job.made === null && batch.by.held.size >= heldAhead;

/** The jobs of the next request; empty when nothing is to be asked. A retry is of the same ones. */
export function nextChunk(batch: LiveBatch, craft: Craft): readonly Job[] {
  const chunk: Job[] = [];
  for (const job of inState(batch, 'queued')) {
    if (!wantsHold(batch, job) || isHeldAhead(batch, job, craft) || job.chunk !== (chunk[0] ?? job).chunk) continue;
    chunk.push(job);
    if (chunk.length >= craft.largestRequest) break;
  }
  return chunk;
}

/** A new hold for finished work is never all or nothing: each such job stands for itself. */
export const isSecondHold = (chunk: readonly Job[]): boolean => chunk.some((job) => job.lapses > 0);

type Decided = Extract<HoldAnswer, { kind: 'decided' }>;

/** The steps that a decision of the server means; a job that it does not mention is asked for again. */
export function stepsAfter(batch: LiveBatch, craft: Craft, chunk: readonly Job[], answer: Decided): Step[] {
  return chunk.flatMap((asked): Step[] => {
    // It may have been cancelled meanwhile.
    const job = batch.jobs.get(asked.id) ?? asked;
    const outcome = answer.outcomes.get(job.opId);
    if (outcome?.status === 'held') return [{ job, event: { kind: 'held' } }];
    if (outcome === undefined && answer.problem === null) return [];
    const refusal: Refusal = { problem: answer.problem, code: outcome?.code, message: outcome?.message, asked: chunk.length };
    const problem = craft.says.refused(job, refusal);
    const waits = job.made !== null && wantsCredit(problem);
    return [{ job, event: waits ? { kind: 'credit lacking', problem: craft.says.madeNotPaid(job) } : { kind: 'refused', problem } }];
  });
}

const refusalIn = (steps: readonly Step[]): Problem | null => {
  for (const { event } of steps) if (event.kind === 'refused') return event.problem;
  return null;
};

/** Jobs that wait for an answer which these steps do not bring. */
const stillQueued = (batch: LiveBatch, steps: readonly Step[]): Job[] => {
  const answered = new Set(steps.map(({ job }) => job.id));
  return [...inState(batch, 'queued')].filter(({ id }) => !answered.has(id));
};

/**
 * All or nothing across requests: what earlier ones held is given back, later ones are not sent.
 * @param refused the steps of the answer, which are taken before these
 */
export function stepsAfterRefusal(batch: LiveBatch, craft: Craft, refused: readonly Step[]): Step[] {
  const of = (job: Job): Problem => refusalIn(refused) ?? craft.says.notBegun(job);
  // What may have reached the server already has to be answered first: what it holds goes back then.
  const queued = stillQueued(batch, refused).map(
    (job): Step => ({ job, event: { kind: job.sent ? 'cancelled' : 'refused', problem: of(job) } }),
  );
  // One that was cancelled meanwhile goes back by itself.
  const heldNow = refused.flatMap(({ job, event }) => (event.kind === 'held' && job.problem === null ? [job] : []));
  const held = [...inState(batch, 'held'), ...heldNow].map((job): Step => ({ job, event: { kind: 'failed', problem: of(job) } }));
  return [...queued, ...held];
}

/**
 * One was refused for want of credit and every other costs the same: the rest is not begun.
 * @param refused as for `stepsAfterRefusal`
 */
export function stepsAfterShortage(batch: LiveBatch, craft: Craft, refused: readonly Step[]): Step[] {
  const problem = refusalIn(refused);
  if (problem === null || !wantsCredit(problem)) return [];
  return stillQueued(batch, refused)
    .filter((job) => !job.sent && job.made === null)
    .map((job): Step => ({ job, event: { kind: 'cancelled', problem: craft.says.notBegun(job) } }));
}

/** Nothing of an all-or-nothing batch is made before all of it is held. */
export const isUndecided = (batch: LiveBatch): boolean =>
  batch.record.mode === 'all or nothing' && inState(batch, 'queued').some((job) => job.lapses === 0);
