/**
 * The one way into the ledger, as functions in the database. They are code, not data: written anew at every start, so that a
 * server always runs on its own version of them. They know no policy.
 */
export const appendFunctions = `
drop function if exists append_many(json);
drop function if exists append_run(text, bigint, text, text, bigint, text, text, numeric, bigint, text, text, text, bigint);
drop function if exists append_one(text, bigint, text, text, bigint, text, text, numeric, bigint, text, text, text, bigint);
drop function if exists append(text, bigint, text[], text[], bigint[], text[], text, numeric, bigint, text, text, text, bigint);
drop function if exists append(text, bigint, boolean, text[], text[], bigint[], text[], text, numeric, bigint, text, text, text, bigint);
drop function if exists known_operations(text, text[]);
drop function if exists in_run(text, text, text);
drop type if exists known_operation;
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

-- The same for one operation with entries, which is nearly every append: a third of the statements less. The update takes the row
-- lock and proves the sequence at once; what has to be undone is put back before anybody can see it.
create function append_one(
  p_account text, p_expected_seq bigint, p_op_id text, p_fingerprint text, p_op_seq bigint, p_outcome text,
  p_entries text, p_available numeric, p_new_seq bigint, p_prev_hash text, p_head text, p_state text, p_next_due bigint,
  out verdict text, out known known_operation[]
) language plpgsql as $$
declare
  moved boolean;
begin
  update accounts a set seq = p_new_seq, head = p_head, next_due = least(a.next_due, p_next_due)
    where a.account_id = p_account and a.seq = p_expected_seq;
  moved := found;
  if moved then
    insert into operations select p_account, p_op_id, p_fingerprint, p_op_seq, p_outcome
      -- in_run, written out: a call would cost more than the look itself.
      where position('#' in p_op_id) > 0
        or coalesce((select r.last_op from operation_runs r
          where r.account_id = p_account and r.first_op <= p_op_id order by r.first_op desc limit 1) < p_op_id collate "C", true)
        or not exists (select from known_operations(p_account, array[p_op_id]))
      on conflict do nothing;
    if found then
      insert into chunks values (p_account, p_new_seq, p_expected_seq + 1, p_prev_hash, p_available, p_entries);
      if p_state is not null then
        update snapshots s set seq = p_new_seq, state = p_state where s.account_id = p_account;
      end if;
      verdict := 'done';
      return;
    end if;
    -- next_due stays lowered: it is a lower bound.
    update accounts a set seq = p_expected_seq, head = p_prev_hash where a.account_id = p_account;
  else
    perform 1 from accounts a where a.account_id = p_account for update;
    if not found then verdict := 'missing'; return; end if;
  end if;
  select array_agg(k) into known from known_operations(p_account, array[p_op_id]) k;
  verdict := case when known is null then 'stale' else 'known' end;
end $$;

-- Several accounts in one round trip and one commit, each with its own verdict. Callers sort by account id, so that
-- two server processes lock in the same order.
create function append_many(p_appends json)
returns table (verdict text, known text) language plpgsql as $$
declare
  one record;
begin
  for one in
    select * from json_to_recordset(p_appends)
      as j(a text, x bigint, o text[], f text[], s bigint[], c text[], e text, v numeric, n bigint, p text, h text, t text, d bigint)
  loop
    if array_length(one.o, 1) = 1 and one.n > one.x then
      return query select r.verdict, to_json(r.known)::text
        from append_one(one.a, one.x, one.o[1], one.f[1], one.s[1], one.c[1], one.e, one.v, one.n, one.p, one.h, one.t, one.d) r;
    else
      return query select r.verdict, to_json(r.known)::text
        from append(one.a, one.x, one.o, one.f, one.s, one.c, one.e, one.v, one.n, one.p, one.h, one.t, one.d) r;
    end if;
  end loop;
end $$;
`;
