/** Who works here, with which role, and everything they did. The log only grows: the database itself refuses to change or remove a line. */
export const staff = `
create table staff (
  staff_id text collate "C" primary key,
  name text not null,
  role text not null check (role in ('owner', 'support', 'read-only')),
  token_hash text not null unique,
  created_at bigint not null,
  revoked_at bigint
);

create table audit (
  audit_id bigint generated always as identity primary key,
  at bigint not null,
  staff_id text collate "C" not null,
  staff_name text not null,
  staff_role text not null,
  action text collate "C" not null,
  account_id text collate "C",
  op_id text collate "C",
  detail text not null,
  before text,
  after text
);
create index audit_account on audit (account_id, audit_id) where account_id is not null;

create function audit_stays() returns trigger language plpgsql as $$
begin
  raise exception 'The audit log is never changed.';
end $$;
create trigger audit_stays before update or delete on audit for each row execute function audit_stays();
create trigger audit_stays_whole before truncate on audit for each statement execute function audit_stays();
`;
