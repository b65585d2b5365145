/**
 * How much credit a member of staff may give: at once and in a day (UTC), by role, in the unit of the account's policy. Above an owner's cap a second
 * owner has to confirm. Counted is what an act did to the balance, whatever kind of act it was, in the transaction that did it.
 */
import type pg from 'pg';
import { days } from '../../shared/credits/model/durations.ts';
import { earlierBy, laterBy } from '../../shared/credits/model/instants.ts';
import { millisFrom } from '../../shared/credits/model/minting.ts';
import type { Instant } from '../../shared/credits/model/quantities.ts';
import type { Witness } from '../identity/audit.ts';
import type { Staff } from '../identity/staff.ts';
import { Refusal } from '../problems.ts';

/** How much credit a member may give; `aDay` in whole units too, over a day in UTC. */
export interface Cap {
  /** In one act, in whole units of the policy. */
  readonly atOnce: bigint;
  readonly aDay: bigint;
}
/** The caps by role; read-only gives nothing. */
export type Caps = Readonly<Record<'support' | 'owner', Cap>>;

const DAY_MS = days(1);
/** Amounts of all units are compared at this many decimals; no policy has more. */
const DECIMALS = 9;
const ONE = 10n ** BigInt(DECIMALS);
/** Any number: the first key of the locks that this file takes. */
const LOCK = 5_207_017;

/** `gives`: up, what made the balance larger; down, where money went back for credit. */
export type Way = 'up' | 'down';

/** The witness, behind the question whether this is more than the member may give. Throws `above_cap`, and nothing is written. */
export const withinCap =
  (caps: Caps, by: Staff, way: Way, witness: Witness): Witness =>
  async (client, seen) => {
    const { unit, amount } = givenBy(seen.before, seen.after, way);
    if (amount > 0n) await count(client, { cap: capOf(caps, by), by, unit, amount, at: seen.at });
    await witness(client, seen);
  };

/** Who may give at all may give something: read-only never comes here. */
const capOf = (caps: Caps, { role }: Staff): Cap => (role === 'owner' ? caps.owner : caps.support);

interface Given {
  readonly cap: Cap;
  readonly by: Staff;
  readonly unit: string;
  readonly amount: bigint;
  readonly at: Instant;
}

async function count(client: Pick<pg.ClientBase, 'query'>, { cap, by, unit, amount, at }: Given): Promise<void> {
  if (amount > cap.atOnce * ONE) throw above(by, unit, `at once (${cap.atOnce})`);
  // One at a time for a member, so that the sum of the day holds.
  await client.query('select pg_advisory_xact_lock($1, hashtext($2))', [LOCK, by.id]);
  const day = earlierBy(at, millisFrom(at % DAY_MS));
  const { rows } = await client.query<{ amount: string }>(
    'select amount from gifts where staff_id = $1 and unit = $2 and at >= $3 and at < $4',
    [by.id, unit, day, laterBy(day, DAY_MS)],
  );
  const today = rows.reduce((sum, row) => sum + BigInt(row.amount), amount);
  if (today > cap.aDay * ONE) throw above(by, unit, `in a day (${cap.aDay})`);
  await client.query('insert into gifts (staff_id, at, unit, amount) values ($1, $2, $3, $4)', [by.id, at, unit, String(amount)]);
}

const above = (by: Staff, unit: string, what: string): Refusal =>
  new Refusal('above_cap', `This is more ${unit} than the role ${by.role} gives ${what}. Nothing was given. Ask an owner.`, {
    role: by.role,
  });

/** What an act did to the balance, as the log's facts of the wallet tell it. */
function givenBy(before: unknown, after: unknown, way: Way): { readonly unit: string; readonly amount: bigint } {
  const [was, is] = [factsOf(before), factsOf(after)];
  const change = is.available - was.available;
  return { unit: is.unit, amount: way === 'up' ? change : -change };
}

function factsOf(facts: unknown): { readonly unit: string; readonly available: bigint } {
  // Written by walletFacts, the only source of what `execute` shows its witness.
  const { unit, available } = facts as { unit: string; available: string };
  const [, sign, whole = '0', part = ''] = /^(-?)(\d+)(?:\.(\d{1,9}))?$/.exec(available) ?? [];
  const units = BigInt(whole) * ONE + BigInt(part.padEnd(DECIMALS, '0'));
  return { unit, available: sign === '-' ? -units : units };
}
