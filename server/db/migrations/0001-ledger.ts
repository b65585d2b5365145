/**
 * The ledger. Append, do not update: `chunks` and `operations` only grow, `accounts` holds each account's newest snapshot.
 *
 * Every primary key starts with the account id, so that the schema shards as it stands. A chunk is what one append wrote:
 * its entries in order, as a JSON array. One row for many entries is what makes a batch of photos cheap.
 * `operations` names every operation for ever; `seq` points at its entry, `outcome` is set where no entry tells it (a refusal).
 * `next_due` is a lower bound of when time itself brings something; it is only lowered here, so that the row's
 * indexed columns rarely change and updates stay heap-only.
 */
export const ledger = `
create table accounts (
  account_id text collate "C" primary key,
  seq bigint not null,
  head text not null,
  state text not null,
  next_due bigint
) with (fillfactor = 40);
alter table accounts alter column state set storage main;
create index accounts_due on accounts (next_due) where next_due is not null;

create table chunks (
  account_id text collate "C" not null,
  last_seq bigint not null,
  first_seq bigint not null,
  prev_hash text not null,
  entries text not null,
  primary key (account_id, last_seq)
);

create table operations (
  account_id text collate "C" not null,
  op_id text collate "C" not null,
  fingerprint text not null,
  seq bigint not null,
  outcome text,
  primary key (account_id, op_id)
);

create table profiles (
  account_id text collate "C" primary key,
  created_at bigint not null,
  email text,
  name text,
  country text,
  time_zone text not null
);

create table tokens (
  token_hash text primary key,
  account_id text collate "C" not null,
  role text not null,
  created_at bigint not null
);
create index tokens_account on tokens (account_id);

create table admin_operations (
  op_id text collate "C" primary key,
  fingerprint text not null,
  outcome text not null
);

create table signing_keys (
  key_id text primary key,
  public_key text not null,
  created_at bigint not null
);

create table settings (
  name text primary key,
  value text not null
);

create type known_operation as (op_id text, fingerprint text, seq bigint, outcome text);

-- Knows no policy. Answers one of
--   done   everything is written
--   known  one or more of the operations happened before: their stored outcomes; nothing is written
--   stale  somebody else appended: the newest snapshot; nothing is written
--   missing  there is no such account
create function append(
  p_account text, p_expected_seq bigint,
  p_op_ids text[], p_fingerprints text[], p_op_seqs bigint[], p_outcomes text[],
  p_entries text, p_new_seq bigint, p_prev_hash text, p_head text, p_state text, p_next_due bigint,
  out verdict text, out seq bigint, out head text, out state text, out known known_operation[]
) language plpgsql as $$
declare
  v_due bigint;
begin
  -- First the row lock: everything read below is read after it, so nobody can slip in between.
  select a.seq, a.head, a.next_due into seq, head, v_due from accounts a where a.account_id = p_account for update;
  if not found then verdict := 'missing'; return; end if;
  select array_agg((o.op_id, o.fingerprint, o.seq, o.outcome)::known_operation) into known
    from operations o where o.account_id = p_account and o.op_id = any(p_op_ids);
  if known is not null then verdict := 'known'; return; end if;
  if seq <> p_expected_seq then
    select a.state into state from accounts a where a.account_id = p_account;
    verdict := 'stale';
    return;
  end if;
  if p_new_seq > p_expected_seq then
    insert into chunks values (p_account, p_new_seq, p_expected_seq + 1, p_prev_hash, p_entries);
    update accounts a set seq = p_new_seq, head = p_head, state = p_state, next_due = case when v_due is null or p_next_due < v_due then p_next_due else v_due end
      where a.account_id = p_account;
  end if;
  insert into operations select p_account, u.op_id, u.fingerprint, u.op_seq, u.outcome
    from unnest(p_op_ids, p_fingerprints, p_op_seqs, p_outcomes) as u(op_id, fingerprint, op_seq, outcome);
  verdict := 'done'; seq := p_new_seq; head := p_head;
end $$;

-- Several accounts in one round trip and one commit, each with its own verdict. Callers sort by account id, so that
-- two server processes lock in the same order.
create function append_many(p_appends json)
returns table (verdict text, seq bigint, head text, state text, known text) language plpgsql as $$
declare
  one record;
begin
  for one in
    select * from json_to_recordset(p_appends)
      as j(a text, x bigint, o text[], f text[], s bigint[], c text[], e text, n bigint, p text, h text, t text, d bigint)
  loop
    return query select r.verdict, r.seq, r.head, r.state, to_json(r.known)::text
      from append(one.a, one.x, one.o, one.f, one.s, one.c, one.e, one.n, one.p, one.h, one.t, one.d) r;
  end loop;
end $$;
`;
