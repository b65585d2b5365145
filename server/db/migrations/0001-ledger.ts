/**
 * The ledger. Append, do not update: `chunks` and `operations` only grow. `accounts` says where each account
 * stands; `snapshots` holds its state as it was a while ago, and the entries since then tell the rest.
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
  next_due bigint
) with (fillfactor = 50);
create index accounts_due on accounts (next_due) where next_due is not null;

create table snapshots (
  account_id text collate "C" primary key,
  seq bigint not null,
  state text not null
);

create table chunks (
  account_id text collate "C" not null,
  last_seq bigint not null,
  first_seq bigint not null,
  prev_hash text not null,
  available numeric not null,
  entries text not null,
  primary key (account_id, last_seq)
);

-- Written once and seldom read: compressing would cost more than the disk it saves.
alter table chunks alter column entries set storage external;

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
`;
