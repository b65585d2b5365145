/**
 * The token that a start prints. In a new database it is the first owner's: lasting, shown this once, replaced and ended like any other. Every later
 * start prints one of its own, which this process alone takes and which ends with it: what stands in an old journal opens nothing.
 */
import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import type { Instant } from '../../shared/credits/model/quantities.ts';
import { type Clock, rfc3339 } from '../clock.ts';
import { transaction } from '../db/database.ts';
import { recordAct } from './audit.ts';
import { FIRST_OWNER, THE_SERVER } from './staff.ts';
import { hashToken, keepToken, makeToken, tokenIdOf } from './tokens.ts';

interface StartToken {
  readonly token: string;
  /** Its hash when it is for this start only; null when it is the first owner's lasting one. */
  readonly startHash: string | null;
  /** Called when the server closes. */
  end(): Promise<void>;
}

const HOLDER = { staffId: FIRST_OWNER.id };
/** The setting that says where the first owner's token came from: `derived`, by a server before this one, or `random`. */
const ORIGIN = 'owner token';

/** @param derived the token that a server before this one made from its secret: in a database of that time it works until it is replaced */
export function openToken(pool: pg.Pool, clock: Clock, derived: string): Promise<StartToken> {
  const at = clock.now();
  return transaction(pool, async (client) => {
    const { rowCount } = await client.query(`insert into settings values ($1, 'random') on conflict do nothing`, [ORIGIN]);
    const first = rowCount === 1;
    if (!first) await keepDerived(client, derived, at);
    const tokenId = tokenIdOf(randomUUID());
    const label = first ? 'First owner' : `Start of ${rfc3339(at).slice(0, 16)}Z`;
    const token = await makeToken(client, { tokenId, holder: HOLDER, label, at, starts: !first });
    if (token === null) throw new Error('A token could not be made.');
    const detail = { staffId: FIRST_OWNER.id, token: { id: tokenId, label } };
    await recordAct(client, { at, staff: THE_SERVER, action: first ? 'token.issue' : 'token.start', accountId: null, opId: null, detail });
    return {
      token,
      startHash: first ? null : hashToken(token),
      end: async () => {
        await pool.query('update tokens set expires_at = $2 where token_id = $1 and starts', [tokenId, clock.now()]);
      },
    };
  });
}

/** Once, for all time: when it was ended its row stays, and nothing makes it work again. */
async function keepDerived(client: pg.PoolClient, derived: string, at: Instant): Promise<void> {
  const { rows } = await client.query<{ value: string }>('select value from settings where name = $1', [ORIGIN]);
  if (rows[0]?.value !== 'derived') return;
  await keepToken(client, derived, {
    tokenId: tokenIdOf('derived', hashToken(derived)),
    holder: HOLDER,
    label: 'From the server’s secret',
    at,
  });
}
