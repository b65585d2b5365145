/**
 * The one way into the ledger, as functions in the database. They are code, not data: written anew at every start, so that a
 * server always runs on its own version of them. They know no policy.
 */
export const appendFunctions = `
drop function if exists append_many(json);
drop function if exists append_one(text, bigint, text, text, bigint, text, text, numeric, bigint, text, text, text, bigint);
drop function if exists append(text, bigint, text[], text[], bigint[], text[], text, numeric, bigint, text, text, text, bigint);
drop type if exists known_operation;
create type known_operation as (op_id text, fingerprint text, seq bigint, outcome text);

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
  select array_agg((o.op_id, o.fingerprint, o.seq, o.outcome)::known_operation) into known
    from operations o where o.account_id = p_account and o.op_id = any(p_op_ids);
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
    insert into operations values (p_account, p_op_id, p_fingerprint, p_op_seq, p_outcome) on conflict do nothing;
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
  select array_agg((o.op_id, o.fingerprint, o.seq, o.outcome)::known_operation) into known
    from operations o where o.account_id = p_account and o.op_id = p_op_id;
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
