/** Opening accounts and giving them credit. */
import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { ulid } from 'ulid';
import type { z } from 'zod';
import {
  type AccountAnswer,
  type AccountRequest,
  type grantRequest,
  type WalletGrant,
  grant as walletGrant,
} from '../../shared/api/index.ts';
import { due, nextDueAt } from '../../shared/credits/decide/due.ts';
import { checkOpening, open } from '../../shared/credits/decide/opening.ts';
import { emptyAccount, evolveAll } from '../../shared/credits/model/evolve.ts';
import { parseInstant } from '../../shared/credits/model/instants.ts';
import { violationOf } from '../../shared/credits/model/invariants.ts';
import { accountIdFrom, BEFORE_FIRST } from '../../shared/credits/model/minting.ts';
import type { AccountId, Instant, OpId } from '../../shared/credits/model/quantities.ts';
import { NO_UNITS } from '../../shared/credits/model/units.ts';
import { GENESIS } from '../../shared/ledger/chain.ts';
import type { Clock } from '../clock.ts';
import { transaction } from '../db/database.ts';
import type { Witness } from '../identity/audit.ts';
import { ONCE } from '../identity/once.ts';
import { makeToken, tokenIdOf, tokenOf } from '../identity/tokens.ts';
import { Refusal } from '../problems.ts';
import { seal } from './accounts.ts';
import { execute } from './command.ts';
import { stateText } from './encoding.ts';
import { fingerprint } from './fingerprint.ts';
import type { OnOpened } from './hooks.ts';
import type { Ledger } from './ledger.ts';
import type { Policies } from './policies.ts';
import { refused } from './refusals.ts';
import type { LedgerStorage } from './storage.ts';
import type { Violations } from './violations.ts';
import { amountsOf, newGrant } from './wire.ts';

const FIRST_TOKEN = 'Made with the account';

/** Opens accounts and gives them credit, on the word of staff. */
export class Accounts {
  readonly #ledger: Ledger;
  readonly #storage: Pick<LedgerStorage, 'create'>;
  readonly #pool: pg.Pool;
  readonly #clock: Clock;
  readonly #policies: Policies;
  readonly #violations: Violations;
  readonly #onOpened: OnOpened;

  /** `onOpened`: what is written beside an opening. */
  constructor(parts: {
    ledger: Ledger;
    storage: Pick<LedgerStorage, 'create'>;
    pool: pg.Pool;
    clock: Clock;
    policies: Policies;
    violations: Violations;
    onOpened: OnOpened;
  }) {
    this.#ledger = parts.ledger;
    this.#storage = parts.storage;
    this.#pool = parts.pool;
    this.#clock = parts.clock;
    this.#policies = parts.policies;
    this.#violations = parts.violations;
    this.#onOpened = parts.onOpened;
  }

  /**
   * With an opId the call may be repeated: the same account, and a word instead of its token; another body is a conflict. `again` witnesses
   * that it was asked for once more.
   */
  async open(request: AccountRequest, witness?: Witness, again?: Witness): Promise<AccountAnswer> {
    const { opId, ...rest } = request;
    const print = fingerprint(rest);
    const now = this.#clock.now();
    const fresh = accountIdFrom(`acc_${ulid(now)}`);
    return transaction(this.#pool, async (client) => {
      const accountId = opId ? await once(client, opId, print, fresh) : fresh;
      const tokenId = tokenIdOf('account.open', opId ?? randomUUID());
      if (accountId !== fresh) {
        await again?.(client, { at: now, accountId, opId: opId ?? null });
        // Accounts that were opened before tokens had ids have one under another.
        const known = await tokenOf(client, { accountId }, tokenId);
        return { accountId, ...(known && { tokenId }), notice: ONCE };
      }
      await this.#create(client, fresh, rest, now);
      const token = await makeToken(client, { tokenId, holder: { accountId }, label: FIRST_TOKEN, at: now });
      if (token === null) throw new Error('The token of a new account was there before it.');
      await witness?.(client, { at: now, accountId, opId: opId ?? null, after: { token: { id: tokenId, label: FIRST_TOKEN } } });
      return { accountId, token, tokenId };
    });
  }

  async #create(client: pg.PoolClient, accountId: AccountId, request: Omit<AccountRequest, 'opId'>, now: Instant): Promise<void> {
    const policy = this.#policies.named(request.policy);
    const timeZone = request.timeZone ?? 'UTC';
    const country = request.country?.toUpperCase() ?? null;
    const { plan, slots, interval, resetDay } = request;
    const params = { accountId, timeZone, country, plan, slots, interval, resetDay };
    const refusal = checkOpening(policy, params, now);
    if (refusal) throw refused(policy, refusal);
    const first = open(policy, params, now);
    const opened = evolveAll(emptyAccount, first);
    // What the plan, the promotion and the trial bring belongs to the first moment.
    const brought = due(policy, opened, now);
    const state = evolveAll(opened, brought);
    const entries = [...first, ...brought];
    const violation = violationOf(emptyAccount, entries, state);
    if (violation !== null) throw this.#violations.refusal(accountId, violation);
    await this.#storage.create(client, {
      ...seal({ accountId, seq: BEFORE_FIRST, head: GENESIS, snapshotSeq: BEFORE_FIRST }, entries, NO_UNITS).append(
        state,
        [],
        nextDueAt(policy, state),
      ),
      state: stateText(state),
    });
    await client.query(
      'insert into profiles (account_id, created_at, email, name, country, time_zone, language, policy) values ($1, $2, $3, $4, $5, $6, $7, $8)',
      [accountId, now, request.email ?? null, request.name ?? null, country, timeZone, request.language ?? null, policy.id],
    );
    await this.#onOpened(client, { accountId, policy, entries: first, onAccount: request.onAccount });
  }

  /** Credit from an administrator. The same operation id answers the same grant. */
  grant(accountId: AccountId, request: z.infer<typeof grantRequest>, witness?: Witness): Promise<WalletGrant> {
    const { opId, ...content } = request;
    const { bucket, amount, expiresAt, reason } = content;
    return execute(this.#ledger, accountId, {
      opId,
      kind: 'grant',
      stored: walletGrant,
      content,
      witness,
      command: (policy) => ({
        kind: 'grant',
        opId,
        bucket,
        amount: amountsOf(policy).parse(amount),
        reason,
        ...(expiresAt === undefined ? {} : { expiresAt: expiresAt === null ? null : parseInstant(expiresAt) }),
      }),
      answer: ({ policy, decision: { receipt } }) => {
        return newGrant(amountsOf(policy), receipt.grant, 'admin');
      },
    });
  }
}

/** The account that this operation made, or `fresh` when it is new. A second request with the id waits until the first is committed. */
async function once(client: pg.PoolClient, opId: OpId, print: string, fresh: AccountId): Promise<AccountId> {
  const made = await client.query('insert into admin_operations values ($1, $2, $3) on conflict do nothing', [opId, print, fresh]);
  if (made.rowCount === 1) return fresh;
  const { rows } = await client.query<{ fingerprint: string; outcome: AccountId }>(
    'select fingerprint, outcome from admin_operations where op_id = $1',
    [opId],
  );
  const row = rows[0];
  if (!row || row.fingerprint !== print)
    throw new Refusal('conflict', 'An account with other details was opened with this operation id. Nothing was written.');
  return row.outcome;
}
