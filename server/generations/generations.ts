/**
 * Backdrops drawn to order. Ordering places a hold for the most it can cost and queues the job in the same transaction;
 * the worker draws, settles the actual cost, and keeps the file for an hour. A failure on our side returns the credit.
 * An accepted job cannot be cancelled and outlives connections and restarts.
 */
import type pg from 'pg';
import { z } from 'zod';
import { type Generation, generation, type generationRequest } from '../../shared/api/index.ts';
import { availableOf } from '../../shared/credits/decide/draw.ts';
import { stateAt } from '../../shared/credits/decide/due.ts';
import { heldAmount } from '../../shared/credits/decide/holds.ts';
import { priceOf } from '../../shared/credits/decide/price.ts';
import { sum } from '../../shared/credits/model/amount.ts';
import { hours } from '../../shared/credits/model/durations.ts';
import { laterBy } from '../../shared/credits/model/instants.ts';
import { unitsFrom } from '../../shared/credits/model/minting.ts';
import type { AccountState } from '../../shared/credits/model/model.ts';
import type { Policy } from '../../shared/credits/model/policy.ts';
import type { AccountId, Instant, OpId, Units } from '../../shared/credits/model/quantities.ts';
import { addUnits, shareOfUnits, subtractUnits } from '../../shared/credits/model/units.ts';
import { pinned, planInForce } from '../../shared/credits/model/versions.ts';
import { type Clock, rfc3339 } from '../clock.ts';
import { parseStored } from '../db/stored.ts';
import { execute } from '../ledger/command.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Operations } from '../ledger/operations.ts';
import { amountsOf } from '../ledger/wire.ts';
import { notFound, Refusal } from '../problems.ts';
import { type Drawn, draw, effortOf, isStyle } from './draw.ts';
import type { Job, Queue } from './queue.ts';

type GenerationRequest = z.infer<typeof generationRequest>;
type Work = Omit<GenerationRequest, 'opId'>;

/** What was ordered, as a row keeps it. Texts are as they were sent: what is asked of them today was not asked of the first orders. */
const storedWork: z.ZodType<Work> = z.object({
  model: z.string(),
  resolution: z.string(),
  style: z.string().optional(),
  palette: z.array(z.string()).optional(),
  seed: z.int().optional(),
  prompt: z.string().optional(),
  durationSeconds: z.number().optional(),
  complexity: z.enum(['low', 'medium', 'high']).optional(),
});

/** The order that a row keeps. Throws when it is something else. */
export const readWork = (request: string): Work => parseStored(storedWork, request, 'order of a generation');

interface Row {
  request: string;
  status: Generation['status'];
  hold: string;
  cost: string | null;
  error: string | null;
  created_at: Instant;
  finished_at: Instant | null;
}

/** How long a result can be downloaded (PG-09). */
const RESULT_MS = hours(1);
/** The model that takes four times the trouble. */
const SUPERSAMPLED = 'backdrop-pro';

/** Orders, status and results of drawn backdrops. */
export class Generations {
  readonly #ledger: Ledger;
  readonly #pool: pg.Pool;
  readonly #clock: Clock;
  readonly #operations: Operations;
  readonly #queue: Queue;
  #failNext = 0;

  constructor(parts: { ledger: Ledger; pool: pg.Pool; clock: Clock; operations: Operations; queue: Queue }) {
    this.#ledger = parts.ledger;
    this.#pool = parts.pool;
    this.#clock = parts.clock;
    this.#operations = parts.operations;
    this.#queue = parts.queue;
  }

  /** Takes up what an earlier process left unfinished. */
  async start(): Promise<void> {
    if (await this.#queue.takeUp()) this.#work();
  }

  /** Accepts the job or throws the refusal. The same operation id answers the same acceptance. */
  async order(accountId: AccountId, request: GenerationRequest): Promise<Generation> {
    const { opId, ...work } = request;
    if (work.style !== undefined && !isStyle(work.style))
      throw new Refusal('invalid_request', `There is no style ${work.style}. Nothing was charged.`);
    const accepted = await execute(this.#ledger, accountId, {
      opId,
      kind: 'generation',
      stored: generation,
      content: work,
      command: () => ({ kind: 'hold', atomic: true, operations: [{ opId, kind: 'generation', ...work }] }),
      answer: async ({ policy, decision: { receipt, state }, now }, client) => {
        const hold = amountsOf(policy).format(sum(receipt.outcomes));
        const priority = planInForce(pinned(policy, state), state)?.priority ?? 0;
        await client.query(`insert into generations values ($1, $2, $3, $4, 'queued', $5, null, null, $6, null)`, [
          accountId,
          opId,
          JSON.stringify(work),
          priority,
          hold,
          now,
        ]);
        const row: Row = {
          request: JSON.stringify(work),
          status: 'queued',
          hold,
          cost: null,
          error: null,
          created_at: now,
          finished_at: null,
        };
        return generationOf(policy, state, opId, row, now);
      },
    });
    this.#work();
    return accepted;
  }

  async read(accountId: AccountId, opId: OpId): Promise<Generation> {
    const row = await this.#row(accountId, opId);
    const { state } = await this.#ledger.newest(accountId);
    return generationOf(this.#ledger.policyOf(state), state, opId, row, this.#ledger.now(state));
  }

  /** The file; `gone` after its hour. */
  async result(accountId: AccountId, opId: OpId): Promise<{ bytes: Buffer; mime: string }> {
    const { status, finished_at } = await this.#row(accountId, opId);
    if (status === 'failed') throw new Refusal('not_found', 'This generation failed: there is no result, and nothing was charged.');
    if (status !== 'done' || finished_at === null) throw new Refusal('in_progress', 'This generation is not finished yet.');
    const { rows } = await this.#pool.query<{ bytes: Buffer; mime: string; until: Instant }>(
      'select bytes, mime, until from generation_results where account_id = $1 and op_id = $2',
      [accountId, opId],
    );
    const [row] = rows;
    if (!row || row.until <= this.#clock.now()) throw new Refusal('gone', 'The result was there for one hour and is no longer.');
    return row;
  }

  /** For tests of the refund: the next `count` drawings fail as a broken machine would. */
  failNext(count: number): void {
    this.#failNext = count;
  }

  async forgetOldResults(): Promise<void> {
    await this.#pool.query('delete from generation_results where until <= $1', [this.#clock.now()]);
  }

  #work(): void {
    this.#queue.start((job) => this.#run(job));
    this.#queue.poll();
  }

  async #row(accountId: AccountId, opId: OpId): Promise<Row> {
    const { rows } = await this.#pool.query<Row>('select * from generations where account_id = $1 and op_id = $2', [accountId, opId]);
    const [row] = rows;
    if (!row) throw notFound('generation');
    return row;
  }

  /** The end of the hold, the state and the file are written together: after a crash either all of it is there or the job runs again. */
  async #run(job: Job): Promise<void> {
    const { accountId, opId } = job;
    const { rows } = await this.#pool.query<Row>(
      `update generations set status = 'running' where account_id = $1 and op_id = $2 and status in ('queued', 'running') returning *`,
      [accountId, opId],
    );
    const [row] = rows;
    if (!row) return;
    const work = readWork(row.request);
    const drawn = await this.#draw(opId, work);
    if (drawn instanceof Error) {
      const { message } = drawn;
      await this.#operations.release(accountId, opId, `failed: ${message}`, (client) => this.#finish(client, job, 'failed', null, message));
      return;
    }
    const { state } = await this.#ledger.newest(accountId);
    const policy = this.#ledger.policyOf(state);
    const cost = amountsOf(policy).format(actualCost(policy, state, opId, work, drawn));
    await this.#operations.settle(accountId, opId, cost, async (client) => {
      const values = [accountId, opId, laterBy(this.#clock.now(), RESULT_MS), 'image/jpeg', drawn.bytes];
      await client.query('insert into generation_results values ($1, $2, $3, $4, $5)', values);
      await this.#finish(client, job, 'done', cost, null);
    });
  }

  async #draw(opId: OpId, work: Work): Promise<Drawn | Error> {
    if (this.#failNext > 0) {
      this.#failNext -= 1;
      return new Error('the drawing machine broke');
    }
    const { style = 'gradient', palette = [], resolution, model, seed = seedOf(opId) } = work;
    return draw({ style, palette, seed, resolution, supersampled: model === SUPERSAMPLED }).catch((error: unknown) =>
      error instanceof Error ? error : new Error(String(error)),
    );
  }

  async #finish(
    client: pg.PoolClient,
    { accountId, opId }: Job,
    status: 'done' | 'failed',
    cost: string | null,
    error: string | null,
  ): Promise<void> {
    const values = [accountId, opId, status, cost, error, this.#clock.now()];
    await client.query(
      'update generations set status = $3, cost = $4, error = $5, finished_at = $6 where account_id = $1 and op_id = $2',
      values,
    );
  }
}

/** Between the least and the most of the price that was held, by how much there was to draw. A new version's prices are for new orders. */
function actualCost(policy: Policy, state: AccountState, opId: OpId, work: Work, drawn: Drawn): Units {
  const held = state.holds.get(opId);
  const { min, max } = held?.least == null ? quoted(policy, state, work) : { min: held.least, max: heldAmount(held) };
  const perMille = BigInt(Math.round(effortOf(drawn) * 1000));
  const cost = addUnits(min, shareOfUnits(subtractUnits(max, min), perMille, 1000n));
  // What was drawn is delivered, so of a price that begins at nothing it costs its smallest unit.
  return cost === 0n && max > 0n ? unitsFrom(1n) : cost;
}

function quoted(policy: Policy, state: AccountState, work: Work): { readonly min: Units; readonly max: Units } {
  const price = priceOf(pinned(policy, state), { kind: 'generation', ...work });
  if (!price.ok) throw new Error('A generation was accepted that has no price.');
  return price.cost;
}

/** Without a seed of one's own every order looks different, and a retry looks the same. */
const seedOf = (opId: OpId): number => [...opId].reduce((sum, c) => (Math.imul(sum, 31) + c.charCodeAt(0)) >>> 0, 7);

function generationOf(policy: Policy, state: AccountState, opId: OpId, row: Row, now: Instant): Generation {
  const terms = pinned(policy, state);
  const { model, resolution } = readWork(row.request);
  const balance = amountsOf(terms).format(availableOf(stateAt(policy, state, now), now));
  const euro = terms.unit.code === 'EUR';
  return {
    id: opId,
    status: row.status,
    model,
    resolution,
    hold: row.hold,
    cost: row.cost,
    balance,
    createdAt: rfc3339(row.created_at),
    finishedAt: row.finished_at === null ? null : rfc3339(row.finished_at),
    resultUntil: row.status === 'done' && row.finished_at !== null ? rfc3339(laterBy(row.finished_at, RESULT_MS)) : null,
    error: row.error,
    ...(euro ? { balance_eur: balance } : {}),
    ...(euro && row.cost !== null ? { cost_eur: row.cost } : {}),
  };
}
