/**
 * Renewals that are charged to a payment method. One row per account and period, written with the renewal itself: whoever charges, and however
 * many do, charges this row. `leased_until` is the machine's own time: it only keeps two servers from asking the bank at the same moment.
 */
export const renewals = `
alter table provider_customers add column renews boolean not null default false;

create table collections (
  account_id text collate "C" not null,
  period_start bigint not null,
  op_id text collate "C" not null,
  reference text collate "C" not null,
  provider text not null,
  invoice text collate "C" not null,
  content text not null,
  net bigint not null,
  tax bigint not null,
  currency text not null,
  retry_days integer[] not null,
  state text not null,
  attempts integer not null,
  next_at bigint,
  leased_until timestamptz,
  payment_id text collate "C",
  reason text,
  primary key (account_id, period_start)
);
create unique index collections_reference on collections (reference);
create index collections_payment on collections (provider, payment_id) where payment_id is not null;
create index collections_due on collections (next_at) where next_at is not null;
`;
