/**
 * Payments through providers. `checkouts`: what was offered and at which price, until it is paid or left. `provider_events`: every event once; it
 * waits until what it is about is known, so that order does not matter. `payouts`: money that the ledger says goes back and the provider
 * has to be asked for. `provider_customers`: an account's id at a provider. Nothing here knows a card.
 */
export const payments = `
create table checkouts (
  account_id text collate "C" not null,
  op_id text collate "C" not null,
  fingerprint text not null,
  reference text collate "C" not null,
  provider text not null,
  kind text not null,
  content text not null,
  net bigint not null,
  tax bigint not null,
  currency text not null,
  priced_at bigint not null,
  state text not null,
  checkout_id text,
  url text,
  payment_id text collate "C",
  granted_op text collate "C",
  reason text,
  primary key (account_id, op_id)
);
create unique index checkouts_reference on checkouts (reference);
create unique index checkouts_payment on checkouts (provider, payment_id) where payment_id is not null;
create unique index checkouts_granted on checkouts (account_id, granted_op) where granted_op is not null;

create table provider_events (
  provider text not null,
  event_id text collate "C" not null,
  subject text collate "C" not null,
  kind text not null,
  at bigint not null,
  document text not null,
  state text not null,
  primary key (provider, event_id)
);
create index provider_events_waiting on provider_events (provider, subject) where state = 'waiting';

create table provider_customers (
  account_id text collate "C" not null,
  provider text not null,
  customer_id text not null,
  primary key (account_id, provider)
);

create table payouts (
  account_id text collate "C" not null,
  op_id text collate "C" not null,
  provider text not null,
  payment_id text not null,
  minor bigint not null,
  whole boolean not null,
  currency text not null,
  reason text not null,
  refund_id text,
  primary key (account_id, op_id)
);
create index payouts_owed on payouts (account_id) where refund_id is null;
`;
