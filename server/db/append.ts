/** Longer than a row is kept in passing, short enough that nobody notices who waits behind it. */
const APPEND_LOCK_MS = 100;

/**
 * What every append runs under. A row that somebody else keeps is not waited for. The plans are made once, and lock the accounts in the order
 * that the caller names them, so that two server processes cannot deadlock.
 */
const APPEND_SETTINGS = [
  `lock_timeout = ${APPEND_LOCK_MS}`,
  'plan_cache_mode = force_generic_plan',
  'enable_hashjoin = off',
  'enable_mergejoin = off',
  'enable_seqscan = off',
];

/** Sets up a connection that does nothing but append. As settings of the functions they would be set and taken back in each call, which costs a twelfth of it. */
export const prepareToAppend = APPEND_SETTINGS.map((setting) => `set ${setting}`).join('; ');

/**
 * The one way into the ledger, as functions in the database. They are code, not data: written anew at every start, so that a
 * server always runs on its own version of them. They know no policy.
 */
export const appendFunctions = `
drop function if exists append_many(json);
drop function if exists append_many(text[], bigint[], text[], text[], text[], bigint[], text[], text, numeric[], bigint[], text[], text[], text[], bigint[]);
drop function if exists append_run(text, bigint, text, text, bigint, text, text, numeric, bigint, text, text, text, bigint);
drop function if exists append_one(text, bigint, text, text, bigint, text, text, numeric, bigint, text, text, text, bigint);
drop function if exists append(text, bigint, text[], text[], bigint[], text[], text, numeric, bigint, text, text, text, bigint);
drop function if exists append(text, bigint, boolean, text[], text[], bigint[], text[], text, numeric, bigint, text, text, text, bigint);
drop function if exists known_operations(text, text[]);
drop function if exists in_run(text, text, text);
drop type if exists known_operation;
drop function if exists append_within(text[], bigint[], text[], text[], text[], bigint[], text[], text, numeric[], bigint[], text[], text[], text[], bigint[]);
drop function if exists append_free(text[], bigint[], text[], text[], text[], bigint[], text[], text, numeric[], bigint[], text[], text[], text[], bigint[]);
create type known_operation as (op_id text, fingerprint text, seq bigint, outcome text);

-- Whether a run of the account reaches into the stretch of ids from p_first to p_last. Runs do not overlap: the last one to begin tells.
create function in_run(p_account text, p_first text, p_last text) returns boolean language sql stable as $$
  select coalesce((select r.last_op from operation_runs r
    where r.account_id = p_account and r.first_op <= p_last order by r.first_op desc limit 1) >= p_first collate "C", false)
$$;

-- Those of the ids that happened. The end of a hold ('#') is never in a run; the ids of a run stand in its entries.
create function known_operations(p_account text, p_op_ids text[]) returns setof known_operation language sql stable as $$
  select o.op_id, o.fingerprint, o.seq, o.outcome from operations o where o.account_id = p_account and o.op_id = any(p_op_ids)
  union all
  select e.op_id, f.shared || substr(f.own, (e.seq - r.first_seq)::int * f.width + 1, f.width), e.seq, null
    from (select distinct on (near.first_op) near.* from unnest(p_op_ids) as i(op_id)
      cross join lateral (select o.* from operation_runs o
        where o.account_id = p_account and o.first_op <= i.op_id order by o.first_op desc limit 1) near
      where near.last_op >= i.op_id and position('#' in i.op_id) = 0) r
    cross join lateral (select split_part(r.fingerprints, ':', 1) as shared, split_part(r.fingerprints, ':', 2) as own,
      22 - length(split_part(r.fingerprints, ':', 1)) as width) f
    cross join lateral (select c.first_seq, c.entries from chunks c
      where c.account_id = p_account and c.last_seq >= r.first_seq order by c.last_seq limit 1) c
    cross join lateral (select j.entry ->> 'opId' as op_id, c.first_seq + j.place - 1 as seq
      from json_array_elements(c.entries::json) with ordinality as j(entry, place)) e
    where e.op_id = any(p_op_ids) and e.seq between r.first_seq and r.first_seq + length(f.own) / f.width - 1
$$;

-- Answers one of
--   done   everything is written
--   known  one or more of the operations happened before: their stored outcomes; nothing is written
--   stale  somebody else appended; nothing is written
--   missing  there is no such account
create function append(
  p_account text, p_expected_seq bigint,
  p_op_ids text[], p_fingerprints text[], p_op_seqs bigint[], p_outcomes text[],
  p_entries text, p_available numeric, p_new_seq bigint, p_prev_hash text, p_head text, p_state text, p_next_due bigint,
  out verdict text, out known known_operation[]
) language plpgsql as $$
declare
  v_seq bigint;
  v_due bigint;
begin
  -- First the row lock: everything read below is read after it, so nobody can slip in between.
  select a.seq, a.next_due into v_seq, v_due from accounts a where a.account_id = p_account for update;
  if not found then verdict := 'missing'; return; end if;
  select array_agg(k) into known from known_operations(p_account, p_op_ids) k;
  if known is not null then verdict := 'known'; return; end if;
  if v_seq <> p_expected_seq then verdict := 'stale'; return; end if;
  if p_new_seq > p_expected_seq then
    insert into chunks values (p_account, p_new_seq, p_expected_seq + 1, p_prev_hash, p_available, p_entries);
    -- next_due is a lower bound: it is only lowered here, so that the update rarely touches an index.
    update accounts a set seq = p_new_seq, head = p_head, next_due = case when v_due is null or p_next_due < v_due then p_next_due else v_due end
      where a.account_id = p_account;
  end if;
  if p_state is not null then
    update snapshots s set seq = p_new_seq, state = p_state where s.account_id = p_account;
  end if;
  insert into operations select p_account, u.op_id, u.fingerprint, u.op_seq, u.outcome
    from unnest(p_op_ids, p_fingerprints, p_op_seqs, p_outcomes) as u(op_id, fingerprint, op_seq, outcome);
  verdict := 'done';
end $$;

-- The same for a run: operations whose ids are distinct and ascend from p_first_op to p_last_op, told by entries that follow each other
-- from p_first_seq on. Where nothing ever was no id needs a look of its own, and all are kept as one row.
--   crossed  something was in that stretch of ids: it has to go through append; nothing is written
create function append_run(
  p_account text, p_expected_seq bigint, p_first_op text, p_last_op text, p_first_seq bigint, p_fingerprints text,
  p_entries text, p_available numeric, p_new_seq bigint, p_prev_hash text, p_head text, p_state text, p_next_due bigint
) returns text language plpgsql as $$
begin
  update accounts a set seq = p_new_seq, head = p_head, next_due = least(a.next_due, p_next_due)
    where a.account_id = p_account and a.seq = p_expected_seq;
  if not found then
    return case when exists (select from accounts a where a.account_id = p_account) then 'stale' else 'missing' end;
  end if;
  if in_run(p_account, p_first_op, p_last_op)
    or exists (select from operations o where o.account_id = p_account and o.op_id >= p_first_op and o.op_id <= p_last_op) then
    -- next_due stays lowered: it is a lower bound.
    update accounts a set seq = p_expected_seq, head = p_prev_hash where a.account_id = p_account;
    return 'crossed';
  end if;
  insert into chunks values (p_account, p_new_seq, p_expected_seq + 1, p_prev_hash, p_available, p_entries);
  insert into operation_runs values (p_account, p_first_op, p_last_op, p_first_seq, p_fingerprints);
  if p_state is not null then
    update snapshots s set seq = p_new_seq, state = p_state where s.account_id = p_account;
  end if;
  return 'done';
end $$;

-- One account or several in one round trip and one commit; operations name their account. Answers no row when everything is written, else
-- the verdict of each account, in order. Nearly always everything can be written, and then one statement a table is all it takes;
-- where something stands in the way, that is undone and each account goes its own way.
--
-- Callers sort by account id, and their connection has the settings of an append. A row that somebody else keeps is not waited for: the call
-- fails with 55P03, nothing is written, and append_free finds out whose it is.
create function append_many(
  p_accounts text[], p_expected_seqs bigint[],
  p_op_accounts text[], p_op_ids text[], p_fingerprints text[], p_op_seqs bigint[], p_outcomes text[],
  p_entries text, p_available numeric[], p_new_seqs bigint[], p_prev_hashes text[], p_heads text[], p_states text[], p_next_dues bigint[]
) returns table (verdict text, known text) language plpgsql as $$
declare
  -- A control character cannot stand in JSON text, so it parts one text from the next.
  v_entries text[] := string_to_array(p_entries, E'\\x1f');
  v_rows int;
begin
  begin
    update accounts a set seq = n.seq, head = n.head, next_due = least(a.next_due, n.next_due)
      from unnest(p_accounts, p_expected_seqs, p_new_seqs, p_heads, p_next_dues) as n(account_id, expected_seq, seq, head, next_due)
      where a.account_id = n.account_id and a.seq = n.expected_seq;
    get diagnostics v_rows = row_count;
    if v_rows < cardinality(p_accounts) then raise exception using errcode = 'BL001'; end if;
    insert into operations select n.*
      from unnest(p_op_accounts, p_op_ids, p_fingerprints, p_op_seqs, p_outcomes) as n(account_id, op_id, fingerprint, seq, outcome)
      -- in_run, written out: a call would cost more than the look itself.
      where position('#' in n.op_id) > 0
        or coalesce((select r.last_op from operation_runs r
          where r.account_id = n.account_id and r.first_op <= n.op_id order by r.first_op desc limit 1) < n.op_id collate "C", true);
    get diagnostics v_rows = row_count;
    if v_rows < cardinality(p_op_ids) then raise exception using errcode = 'BL001'; end if;
    insert into chunks select n.account_id, n.seq, n.expected_seq + 1, n.prev_hash, n.available, n.entries
      from unnest(p_accounts, p_new_seqs, p_expected_seqs, p_prev_hashes, p_available, v_entries)
        as n(account_id, seq, expected_seq, prev_hash, available, entries)
      where n.seq > n.expected_seq;
    if p_states is not null then
      update snapshots s set seq = n.seq, state = n.state from unnest(p_accounts, p_new_seqs, p_states) as n(account_id, seq, state)
        where s.account_id = n.account_id and n.state is not null;
    end if;
    return;
  exception when unique_violation or sqlstate 'BL001' then
    null;
  end;
  return query
    select r.verdict, to_json(r.known)::text
      from unnest(p_accounts, p_expected_seqs, v_entries, p_available, p_new_seqs, p_prev_hashes, p_heads, p_states, p_next_dues)
        as n(account_id, expected_seq, entries, available, seq, prev_hash, head, state, next_due)
      cross join lateral (
        select array_agg(o.op_id) as ids, array_agg(o.fingerprint) as fingerprints, array_agg(o.seq) as seqs, array_agg(o.outcome) as outcomes
          from unnest(p_op_accounts, p_op_ids, p_fingerprints, p_op_seqs, p_outcomes) as o(account_id, op_id, fingerprint, seq, outcome)
          where o.account_id = n.account_id) o
      cross join lateral append(n.account_id, n.expected_seq, o.ids, o.fingerprints, o.seqs, o.outcomes,
        n.entries, n.available, n.seq, n.prev_hash, n.head, n.state, n.next_due) r;
end $$;

-- The same inside a transaction that writes something else too: the settings are the function's own, and what comes after it has the connection's.
create function append_within(
  p_accounts text[], p_expected_seqs bigint[],
  p_op_accounts text[], p_op_ids text[], p_fingerprints text[], p_op_seqs bigint[], p_outcomes text[],
  p_entries text, p_available numeric[], p_new_seqs bigint[], p_prev_hashes text[], p_heads text[], p_states text[], p_next_dues bigint[]
) returns table (verdict text, known text) language plpgsql
${APPEND_SETTINGS.map((setting) => `set ${setting}`).join(' ')} as $$
begin
  return query select * from append_many(p_accounts, p_expected_seqs, p_op_accounts, p_op_ids, p_fingerprints, p_op_seqs, p_outcomes,
    p_entries, p_available, p_new_seqs, p_prev_hashes, p_heads, p_states, p_next_dues);
end $$;

-- The same where some of the rows may be locked: it waits for none of them. Each account goes its own way; besides the verdicts of append
--   locked  somebody else keeps the account's row; nothing is written for it
create function append_free(
  p_accounts text[], p_expected_seqs bigint[],
  p_op_accounts text[], p_op_ids text[], p_fingerprints text[], p_op_seqs bigint[], p_outcomes text[],
  p_entries text, p_available numeric[], p_new_seqs bigint[], p_prev_hashes text[], p_heads text[], p_states text[], p_next_dues bigint[]
) returns table (verdict text, known text) language plpgsql as $$
declare
  v_entries text[] := string_to_array(p_entries, E'\\x1f');
  v_there text[];
  v_free text[];
begin
  select coalesce(array_agg(a.account_id), '{}') into v_there from accounts a where a.account_id = any(p_accounts);
  select coalesce(array_agg(f.account_id), '{}') into v_free from (
    select a.account_id from accounts a where a.account_id = any(p_accounts) order by a.account_id for update skip locked) f;
  return query
    select case when n.account_id = any(v_there) and n.account_id <> all(v_free) then 'locked' else r.verdict end, to_json(r.known)::text
      from unnest(p_accounts, p_expected_seqs, v_entries, p_available, p_new_seqs, p_prev_hashes, p_heads, p_states, p_next_dues)
        as n(account_id, expected_seq, entries, available, seq, prev_hash, head, state, next_due)
      cross join lateral (
        select array_agg(o.op_id) as ids, array_agg(o.fingerprint) as fingerprints, array_agg(o.seq) as seqs, array_agg(o.outcome) as outcomes
          from unnest(p_op_accounts, p_op_ids, p_fingerprints, p_op_seqs, p_outcomes) as o(account_id, op_id, fingerprint, seq, outcome)
          where o.account_id = n.account_id) o
      -- Nobody has the account null: what is not free is not touched.
      cross join lateral append(case when n.account_id = any(v_free) then n.account_id end, n.expected_seq, o.ids, o.fingerprints, o.seqs, o.outcomes,
        n.entries, n.available, n.seq, n.prev_hash, n.head, n.state, n.next_due) r;
end $$;
`;
