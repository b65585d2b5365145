/** Which photos of a batch are asked for next, and what the server's answer makes of them. No input or output. */
import { hasCode, type Problem as ServerProblem } from '../../shared/api/index.ts';
import type { Unit } from '../../shared/ipc/wallet.ts';
import type { Problem } from '../../shared/result.ts';
import { afterHold } from '../paid-work/paying.ts';
import { inState, type LiveBatch } from './batches.ts';
import type { Job, JobEvent } from './jobs.ts';
import type { HoldAnswer } from './requests.ts';
import { creditRanOut, madeNotPaid, refusal } from './words.ts';

export interface Step {
  readonly job: Job;
  readonly event: JobEvent;
}

/** Unsent work waits while a batch is paused or cancelled; what may have reached the server must be resolved. */
const wantsHold = (batch: LiveBatch, job: Job): boolean => batch.phase === 'running' || job.sent || job.rendered !== null;

/** The photos of the next request; empty when nothing is to be asked. The same ones again until there is an answer. */
export function nextChunk(batch: LiveBatch): readonly Job[] {
  const wanted = [...inState(batch, 'queued').filter((job) => wantsHold(batch, job))];
  return wanted.filter((job) => job.chunk === wanted[0]?.chunk);
}

/** A new hold for finished work is never all or nothing: each such photo stands for itself. */
export const isSecondHold = (chunk: readonly Job[]): boolean => chunk.some((job) => job.lapses > 0);

/** The steps that a decision of the server means; a photo that it does not mention is asked for again. */
export function stepsAfter(batch: LiveBatch, chunk: readonly Job[], answer: Extract<HoldAnswer, { kind: 'decided' }>, unit: Unit): Step[] {
  return chunk.flatMap((asked): Step[] => {
    // It may have been cancelled meanwhile.
    const job = batch.jobs.get(asked.id) ?? asked;
    const outcome = answer.outcomes.get(job.opId);
    if (outcome?.status === 'held') return [{ job, event: { kind: 'held' } }];
    if (outcome === undefined && answer.problem === null) return [];
    const problem = whyRefused(answer.problem, outcome?.code, outcome?.message, chunk.length, unit);
    if (job.rendered === null) return [{ job, event: { kind: 'refused', problem } }];
    const waits = afterHold({ kind: 'refused', problem }) === 'wait for credit';
    return [{ job, event: waits ? { kind: 'credit lacking', problem: madeNotPaid(job.photoName) } : { kind: 'refused', problem } }];
  });
}

function whyRefused(
  problem: ServerProblem | null,
  code: string | undefined,
  message: string | undefined,
  count: number,
  unit: Unit,
): Problem {
  if (problem !== null && (code === undefined || code === problem.code)) return refusal(problem, count, unit);
  if (hasCode({ code }, 'insufficient_credit')) return creditRanOut;
  return { code: code ?? 'refused', message: message ?? 'The credit server refused this photo. It was not charged.' };
}

/** All or nothing across requests: what earlier ones held is given back, later ones are not sent. */
export function stepsAfterRefusal(batch: LiveBatch, refused: readonly Step[]): Step[] {
  const problem =
    refused.map(({ event }) => (event.kind === 'refused' ? event.problem : null)).find((found) => found !== null) ?? creditRanOut;
  // What may have reached the server already has to be answered first: what it holds goes back then.
  const queued = [...inState(batch, 'queued')].map((job): Step => ({ job, event: { kind: job.sent ? 'cancelled' : 'refused', problem } }));
  const held = [...inState(batch, 'held')].map((job): Step => ({ job, event: { kind: 'failed', problem } }));
  return [...queued, ...held];
}

/** Nothing of an all-or-nothing batch is rendered before all of it is held. */
export const isUndecided = (batch: LiveBatch): boolean =>
  batch.record.mode === 'all or nothing' && inState(batch, 'queued').some((job) => job.lapses === 0);
