/** What is above an owner's cap: written down, confirmed by another owner or declined, each step in the audit log. */
import type pg from 'pg';
import { z } from 'zod';
import { adjustmentRequest, adminRefundRequest, grantRequest, type Proposal, subscriptionRequest, why } from '../../shared/api/index.ts';
import type { AccountId, Instant, OpId } from '../../shared/credits/model/quantities.ts';
import { type Clock, rfc3339 } from '../clock.ts';
import { transaction } from '../db/database.ts';
import { matchStored, parseStored } from '../db/stored.ts';
import { derivedId } from '../derived-id.ts';
import { recordAct, type Witness, witness } from '../identity/audit.ts';
import type { Staff } from '../identity/staff.ts';
import { fingerprintOf } from '../ledger/fingerprint.ts';
import { notFound, Refusal } from '../problems.ts';
import { type Caps, type Way, withinCap } from './caps.ts';

/** A change of plan as staff asks for it: on account, with the reason for the log. Nobody is sent to a payment page. */
export const planRequest = subscriptionRequest.omit({ provider: true, returnTo: true }).extend({ reason: why.optional() });

/** What was sent, by what was asked for: the schemas of the routes, which take what they made again. */
const asked = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('grant'), body: grantRequest }),
  z.object({ kind: z.literal('adjustment'), body: adjustmentRequest }),
  z.object({ kind: z.literal('refund'), body: adminRefundRequest }),
  z.object({ kind: z.literal('plan'), body: planRequest }),
]);
type Asked = z.infer<typeof asked>;

/** What is given to an account; `way` absent: up, credit that is added. */
export type Gift = Asked & { readonly accountId: AccountId; readonly way?: Way };

/** What was proposed, to be shown and logged: whatever an older server asked for. */
const detail = z.record(z.string(), z.unknown());

interface Row {
  readonly proposal_id: string;
  readonly account_id: AccountId;
  readonly op_id: OpId;
  readonly kind: Proposal['kind'];
  readonly body: string;
  readonly why: string;
  readonly staff_id: string;
  readonly staff_name: string;
  readonly at: Instant;
  readonly state: Proposal['state'];
  readonly decided_by: string | null;
  readonly decided_at: Instant | null;
}

const MOST_LISTED = 500;

/** What became of a gift: it was given, or it waits for a second owner. */
export type Given<T> = { readonly done: T } | { readonly proposed: Proposal };

/** Gifts above an owner's cap, as rows that a second owner decides. Idempotent: the operation id names the proposal. */
export class Proposals {
  readonly #pool: pg.Pool;
  readonly #clock: Clock;
  readonly #caps: Caps;

  constructor(pool: pg.Pool, clock: Clock, caps: Caps) {
    this.#pool = pool;
    this.#clock = clock;
    this.#caps = caps;
  }

  async list(state: Proposal['state']): Promise<Proposal[]> {
    const { rows } = await this.#pool.query<Row>(`select * from proposals where state = $1 order by arrival limit ${MOST_LISTED}`, [state]);
    return rows.map(proposalOf);
  }

  /**
   * Does it, when the member may. Above an owner's cap it is proposed to a second owner instead; sent again it answers what has become of that.
   * Throws `above_cap` for other roles.
   */
  async give<T>(by: Staff, gift: Gift, act: (witness: Witness) => Promise<T>): Promise<Given<T>> {
    const id = idOf(gift);
    const known = await this.#find(id);
    if (known && fingerprintOf(JSON.parse(known.body)) !== fingerprintOf(gift.body))
      throw new Refusal('conflict', 'Something else was proposed under this operation id. Nothing was given.');
    if (known?.state === 'waiting') return { proposed: proposalOf(known) };
    if (known?.state === 'declined')
      throw new Refusal(
        'declined',
        `An owner declined this (${known.decided_by}). Nothing was given. Propose it anew with another operation id.`,
      );
    const told = witness(by, gift.kind, gift.body);
    try {
      return { done: await act(withinCap(this.#caps, by, gift.way ?? 'up', told)) };
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'above_cap' || by.role !== 'owner') throw error;
      return { proposed: await this.#propose(by, gift, error.message) };
    }
  }

  /** By another owner. `act` is what was asked for; it happens once, however often it is confirmed. */
  async confirm<T>(by: Staff, id: string, act: (gift: Gift, witness: Witness) => Promise<T>): Promise<{ proposal: Proposal; answer: T }> {
    const row = await this.#mustFind(id);
    if (row.state === 'declined') throw new Refusal('conflict', `This was declined by ${row.decided_by}. Nothing was given.`);
    if (row.staff_id === by.id)
      throw new Refusal('forbidden', 'Whoever proposed it does not confirm it: that is for another owner. Nothing was given.');
    const askedBy = { id: row.staff_id, name: row.staff_name };
    const unfit = unfitOf(row);
    if (unfit !== null) throw new Refusal('conflict', `${unfit} Nothing was given.`);
    const gift: Gift = { ...readAsked(row), accountId: row.account_id };
    const told = witness(by, row.kind, { ...gift.body, askedBy, proposal: id });
    const answer = await act(gift, async (client, seen) => {
      await this.#decide(client, by, id, 'confirmed');
      await told(client, seen);
    });
    return { proposal: proposalOf(await this.#mustFind(id)), answer };
  }

  /** By any owner, whoever proposed it too. */
  decline(by: Staff, id: string, reason: string): Promise<Proposal> {
    return transaction(this.#pool, async (client) => {
      const row = await this.#mustFind(id, client);
      if (row.state === 'declined') return proposalOf(row);
      await this.#decide(client, by, id, 'declined');
      await this.#record(client, by, 'proposal.decline', row, { reason });
      return proposalOf(await this.#mustFind(id, client));
    });
  }

  #propose(by: Staff, gift: Gift, why: string): Promise<Proposal> {
    const id = idOf(gift);
    const { kind, accountId, body } = gift;
    return transaction(this.#pool, async (client) => {
      const { rowCount } = await client.query(
        `insert into proposals (proposal_id, account_id, op_id, kind, body, why, staff_id, staff_name, at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing`,
        [id, accountId, body.opId, kind, JSON.stringify(body), why, by.id, by.name, this.#clock.now()],
      );
      const row = await this.#mustFind(id, client);
      if (rowCount === 1) await this.#record(client, by, 'proposal.make', row, {});
      return proposalOf(row);
    });
  }

  async #decide(client: Pick<pg.ClientBase, 'query'>, by: Staff, id: string, state: 'confirmed' | 'declined'): Promise<void> {
    const { rowCount } = await client.query(
      `update proposals set state = $2, decided_by = $3, decided_at = $4 where proposal_id = $1 and state = 'waiting'`,
      [id, state, by.name, this.#clock.now()],
    );
    if (rowCount !== 1) throw new Refusal('conflict', 'This was decided in the meantime. Nothing was given.');
  }

  #record(client: Pick<pg.ClientBase, 'query'>, by: Staff, action: string, row: Row, more: object): Promise<void> {
    const told = { proposal: row.proposal_id, kind: row.kind, ...detailOf(row), ...more };
    return recordAct(client, { at: this.#clock.now(), staff: by, action, accountId: row.account_id, opId: row.op_id, detail: told });
  }

  async #find(id: string, db: Pick<pg.ClientBase, 'query'> = this.#pool): Promise<Row | null> {
    const { rows } = await db.query<Row>('select * from proposals where proposal_id = $1', [id]);
    return rows[0] ?? null;
  }

  async #mustFind(id: string, db: Pick<pg.ClientBase, 'query'> = this.#pool): Promise<Row> {
    const row = await this.#find(id, db);
    if (!row) throw notFound('proposal');
    return row;
  }
}

/**
 * What is to be given, from the row that `#propose` wrote. Throws when it is not what is asked for today: then it cannot be confirmed, only
 * declined.
 */
export const readAsked = ({ kind, body }: Pick<Row, 'kind' | 'body'>): Asked =>
  matchStored(asked, { kind, body: JSON.parse(body) }, 'proposal');

/** Why it can be declined only; null: it is what could be asked for today. */
function unfitOf({ kind, body }: Pick<Row, 'kind' | 'body'>): string | null {
  const issue = asked.safeParse({ kind, body: JSON.parse(body) }).error?.issues[0];
  if (issue === undefined) return null;
  const place = issue.path.slice(1).join('.') || 'the whole';
  return `What was proposed is not what can be asked for today (${place}: ${issue.message}), so it cannot be confirmed. Decline it with a reason, and propose it anew.`;
}

const detailOf = ({ body }: Pick<Row, 'body'>): Record<string, unknown> => parseStored(detail, body, 'proposal');

const idOf = ({ accountId, body }: Gift): string => `prp_${derivedId('proposal', accountId, body.opId)}`;

function proposalOf(row: Row): Proposal {
  return {
    id: row.proposal_id,
    accountId: row.account_id,
    opId: row.op_id,
    kind: row.kind,
    detail: detailOf(row),
    why: row.why,
    unfit: unfitOf(row),
    by: { id: row.staff_id, name: row.staff_name },
    at: rfc3339(row.at),
    state: row.state,
    decidedBy: row.decided_by,
    decidedAt: row.decided_at === null ? null : rfc3339(row.decided_at),
  };
}

/** What is answered in place of what was asked for. */
export const asProposed = (proposal: Proposal): { readonly proposal: Proposal; readonly message: string } => ({
  proposal,
  message: `${proposal.why.replace(' Ask an owner.', '')} It waits for another owner to confirm or decline it.`,
});
