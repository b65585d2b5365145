/** Asks for the holds of a batch, a chunk at a time: what can be worked on, and nothing twice at the same time. */
import type { RetryGate } from '../wallet/http/retry-gate.ts';
import type { Transport } from '../wallet/transport.ts';
import type { LiveBatch } from './batch.ts';
import type { Activity, Craft } from './craft.ts';
import { isSecondHold, nextChunk, type Step, stepsAfter, stepsAfterRefusal, stepsAfterShortage } from './hold-steps.ts';
import type { Job, JobEvent } from './job.ts';
import { requestHolds } from './requests.ts';

interface HoldingParts {
  readonly gate: RetryGate;
  /** Null while there is none, or it has to be left alone. */
  readonly transportFor: (batch: LiveBatch) => Transport | null;
  readonly step: (batch: LiveBatch, steps: readonly Step[]) => void;
  readonly show: (batch: LiveBatch, job: Job, activity: Activity) => void;
  readonly fault: (where: string, error: unknown, batch: LiveBatch) => void;
  readonly ledgerMoved: () => void;
  readonly isStopped: () => boolean;
  /** Begins what can be begun now. */
  readonly tick: () => void;
}

/** As they are now, and without those that were cancelled meanwhile. */
const queuedOf = (batch: LiveBatch, jobs: readonly Job[]): Job[] =>
  jobs.flatMap(({ id }) => (batch.by.queued.has(id) ? (batch.jobs.get(id) ?? []) : []));

/** Asks for holds; for each batch at most one request is under way. */
export class Holding {
  readonly #parts: HoldingParts;
  /** Batches with a request under way. */
  readonly #underWay = new Set<string>();

  constructor(parts: HoldingParts) {
    this.#parts = parts;
  }

  begin(batch: LiveBatch, craft: Craft): void {
    const { id, isFree } = batch.record;
    const transport = isFree ? null : this.#parts.transportFor(batch);
    if (this.#underWay.has(id) || (transport === null && !isFree)) return;
    const chunk = nextChunk(batch, craft);
    if (chunk.length === 0) return;
    this.#underWay.add(id);
    void this.#hold(batch, craft, transport, chunk)
      .catch((error) => this.#parts.fault('hold', error, batch))
      .finally(() => {
        this.#underWay.delete(id);
        this.#parts.tick();
      });
  }

  /** @param transport null: it is free, so it is held without asking anybody */
  async #hold(batch: LiveBatch, craft: Craft, transport: Transport | null, chunk: readonly Job[]): Promise<void> {
    const { gate, step, isStopped, ledgerMoved } = this.#parts;
    const wanted = queuedOf(batch, await this.#checked(batch, craft, chunk));
    if (isStopped() || wanted.length === 0) return;
    const stepAll = (event: JobEvent): void =>
      step(
        batch,
        wanted.map((job) => ({ job, event })),
      );
    if (transport === null) return stepAll({ kind: 'held' });
    stepAll({ kind: 'asked' });
    const isAtomic = !isSecondHold(wanted) && batch.record.mode === 'all or nothing';
    const orders = wanted.map((job) => ({ opId: job.opId, ...craft.price(job) }));
    const answer = await requestHolds(transport, orders, isAtomic);
    if (isStopped()) return;
    if (answer.kind !== 'decided') return gate.close(answer.kind === 'again' ? answer.afterMs : null);
    gate.succeed();
    const steps = stepsAfter(batch, craft, wanted, answer);
    // Written at once with what they mean for the rest: a process that died in between would ask for what is not wanted any more.
    step(batch, [...steps, ...this.#rest(batch, craft, steps, isAtomic)]);
    if (steps.length === 0) gate.close(null);
    ledgerMoved();
  }

  #rest(batch: LiveBatch, craft: Craft, steps: readonly Step[], isAtomic: boolean): Step[] {
    if (isAtomic && steps.some(({ event }) => event.kind === 'refused')) {
      batch.turnedDown = true;
      return stepsAfterRefusal(batch, craft, steps);
    }
    return craft.pricesAlike ? stepsAfterShortage(batch, craft, steps) : [];
  }

  /** Those that can be worked on, as far as is known; what cannot is refused before anything is asked for it. */
  async #checked(batch: LiveBatch, craft: Craft, chunk: readonly Job[]): Promise<readonly Job[]> {
    const { step, show, isStopped } = this.#parts;
    const problems = new Map<string, NonNullable<Job['problem']>>();
    for (const job of chunk) {
      const problem = job.sent || job.made !== null ? null : await craft.check(job, batch.record);
      if (problem !== null) problems.set(job.id, problem);
    }
    if (isStopped()) return [];
    const queued = queuedOf(batch, chunk);
    const refused = queued.flatMap((job): Step[] => {
      const problem = problems.get(job.id);
      return problem === undefined ? [] : [{ job, event: { kind: 'refused', problem } }];
    });
    if (refused.length > 0) step(batch, refused);
    for (const { job, event } of refused) if (event.kind === 'refused') show(batch, job, { kind: 'failed', problem: event.problem });
    return queued.filter(({ id }) => !problems.has(id));
  }
}
