/**
 * Tokens of accounts and of staff: listed, issued, replaced, ended; every hand-out, every end and every repeated asking in the audit log, by id and
 * label. A replay is answered with what it made, without the token.
 */
import type pg from 'pg';
import type { z } from 'zod';
import type { ownToken, TokenAnswer, TokenEntry, tokenReplaceRequest, tokenRequest } from '../../shared/api/index.ts';
import { parseInstant } from '../../shared/credits/model/instants.ts';
import type { AccountId, Instant, OpId } from '../../shared/credits/model/quantities.ts';
import type { Clock } from '../clock.ts';
import { transaction } from '../db/database.ts';
import { type Actor, recordAct } from '../identity/audit.ts';
import { ONCE } from '../identity/once.ts';
import { FIRST_OWNER, type Staff } from '../identity/staff.ts';
import {
  endTokens,
  entryOf,
  type Holder,
  keysOf,
  makeToken,
  type TokenRow,
  tokenIdOf,
  tokenOf,
  tokensOf,
  workingTokens,
} from '../identity/tokens.ts';
import { fingerprint } from '../ledger/fingerprint.ts';
import { tellEnded } from '../ledger/wake.ts';
import { notFound, Refusal } from '../problems.ts';

const MOST_WORKING = 50;

interface Making {
  readonly tokenId: string;
  readonly label: string;
  readonly expiresAt: Instant | null;
  readonly print: string;
}

/** Lists, issues, replaces and ends tokens; `ended` is told which work no more. */
export class TokenDesk {
  readonly #pool: pg.Pool;
  readonly #clock: Clock;
  readonly #ended: (tokenIds: readonly string[]) => void;

  constructor(pool: pg.Pool, clock: Clock, ended: (tokenIds: readonly string[]) => void) {
    this.#pool = pool;
    this.#clock = clock;
    this.#ended = ended;
  }

  async list(holder: Holder): Promise<TokenEntry[]> {
    await this.#mustExist(this.#pool, holder);
    return (await tokensOf(this.#pool, holder)).map((row) => entryOf(row, this.#clock.now()));
  }

  async listOwn(accountId: AccountId, current: string): Promise<z.infer<typeof ownToken>[]> {
    return (await this.list({ accountId })).map((entry) => ({ ...entry, current: entry.id === current }));
  }

  issue(by: Staff, holder: Holder, { opId, label, expiresAt, reason }: z.infer<typeof tokenRequest>): Promise<TokenAnswer> {
    const tokenId = tokenIdOf(...keysOf(holder).map(String), opId);
    const expires = expiresAt === undefined ? null : parseInstant(expiresAt);
    if (expires !== null && expires <= this.#clock.now())
      throw new Refusal('invalid_instant', 'expiresAt is over already. Nothing was made.');
    const wanted = { tokenId, label, expiresAt: expires, print: fingerprint({ label, expiresAt: expires }) };
    return transaction(this.#pool, async (client) => {
      await this.#mustExist(client, holder, true);
      const answer = await this.#make(client, holder, wanted);
      await this.#record(client, by, answer.token === undefined ? 'token.issue.again' : 'token.issue', {
        holder,
        opId,
        entry: answer.entry,
        reason,
      });
      return answer;
    });
  }

  async replace(by: Staff, holder: Holder, oldId: string, { opId, reason }: z.infer<typeof tokenReplaceRequest>): Promise<TokenAnswer> {
    const tokenId = tokenIdOf(...keysOf(holder).map(String), oldId, opId);
    const print = fingerprint({ replaces: oldId });
    const { answer, ended } = await transaction(this.#pool, async (client) => {
      await this.#mustExist(client, holder, true);
      const old = await tokenOf(client, holder, oldId);
      if (!old) throw notFound('token');
      const known = await tokenOf(client, holder, tokenId);
      const now = this.#clock.now();
      if (!known && entryOf(old, now).state !== 'works')
        throw new Refusal(
          'conflict',
          'This token does not work any more: there is nothing to replace. Issue another one. Nothing was changed.',
        );
      const ended = known ? [] : await endTokens(client, holder, now, oldId);
      const answer = await this.#make(client, holder, { tokenId, label: old.label, expiresAt: old.starts ? null : old.expires_at, print });
      const action = answer.token === undefined ? 'token.replace.again' : 'token.replace';
      await this.#record(client, by, action, { holder, opId, entry: answer.entry, replaces: oldId, reason });
      await tellEnded(client, ended);
      return { answer, ended };
    });
    this.#ended(ended);
    return answer;
  }

  /** At once, in every server process. A second time changes nothing. */
  async end(by: Actor, holder: Holder, tokenId: string, reason?: string): Promise<TokenEntry> {
    const { entry, ended } = await transaction(this.#pool, async (client) => {
      const ended = await endTokens(client, holder, this.#clock.now(), tokenId);
      const row = await tokenOf(client, holder, tokenId);
      if (!row) throw notFound('token');
      const entry = entryOf(row, this.#clock.now());
      if (ended.length > 0) await this.#record(client, by, 'token.revoke', { holder, opId: null, entry, reason });
      await tellEnded(client, ended);
      return { entry, ended };
    });
    this.#ended(ended);
    return entry;
  }

  async #make(client: pg.PoolClient, holder: Holder, { tokenId, label, expiresAt, print }: Making): Promise<TokenAnswer> {
    const at = this.#clock.now();
    if ((await workingTokens(client, holder, at)) >= MOST_WORKING && !(await tokenOf(client, holder, tokenId)))
      throw new Refusal('too_many_tokens', `At most ${MOST_WORKING} tokens work at a time. End one first; nothing was made.`);
    const token = await makeToken(client, { tokenId, holder, label, at, expiresAt, fingerprint: print });
    const row: TokenRow | null = await tokenOf(client, holder, tokenId);
    if (!row) throw new Error(`The token ${tokenId} was not kept.`);
    if (row.fingerprint !== print) throw new Refusal('conflict', 'This operation id made another token. Nothing was changed.');
    const entry = entryOf(row, at);
    return token === null ? { entry, notice: ONCE } : { entry, token };
  }

  /** Locks the holder's row, so that the limit holds. Throws not_found. */
  async #mustExist(db: Pick<pg.ClientBase, 'query'>, holder: Holder, lock = false): Promise<void> {
    if ('staffId' in holder && holder.staffId === FIRST_OWNER.id) {
      if (lock) await db.query(`select 1 from settings where name = 'owner token' for update`);
      return;
    }
    const [table, column, id] =
      'accountId' in holder ? ['profiles', 'account_id', holder.accountId] : ['staff', 'staff_id', holder.staffId];
    const { rows } = await db.query<{ revoked_at?: Instant | null }>(
      `select * from ${table} where ${column} = $1 ${lock ? 'for update' : ''}`,
      [id],
    );
    const [row] = rows;
    if (!row) throw notFound('accountId' in holder ? 'account' : 'member of staff');
    if (lock && (row.revoked_at ?? null) !== null)
      throw new Refusal('conflict', 'This member of staff was sent away: no token is made any more. Add the person again.');
  }

  #record(
    client: pg.PoolClient,
    by: Actor,
    action: string,
    {
      holder,
      opId,
      entry,
      ...more
    }: { holder: Holder; opId: OpId | null; entry: TokenEntry; replaces?: string; reason?: string | undefined },
  ): Promise<void> {
    const { id, label, expiresAt } = entry;
    const accountId = 'accountId' in holder ? holder.accountId : null;
    const detail = { ...('staffId' in holder ? holder : {}), token: { id, label, expiresAt }, ...more };
    return recordAct(client, { at: this.#clock.now(), staff: by, action, accountId, opId, detail });
  }
}
