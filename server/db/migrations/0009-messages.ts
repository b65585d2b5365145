/**
 * What is told to the outside. events and deliveries are written in the transaction of what they tell (or by whoever follows the ledger, which
 * says in followers how far it has read): an event is told at least once, and its id is permanent, so that nobody has to hear it twice.
 * A delivery is one event to one target: 'email' or a webhook endpoint. leased_until is the machine's own time.
 */
export const messages = `
create table events (
  account_id text collate "C" not null,
  event_id text collate "C" not null,
  type text collate "C" not null,
  at bigint not null,
  data text not null,
  primary key (account_id, event_id)
);

create table deliveries (
  account_id text collate "C" not null,
  event_id text collate "C" not null,
  target text collate "C" not null,
  state text collate "C" not null,
  attempts integer not null,
  next_at bigint,
  leased_until timestamptz,
  trouble text,
  done_at bigint,
  primary key (account_id, event_id, target)
);
create index deliveries_due on deliveries (next_at) where next_at is not null;

create table webhook_endpoints (
  account_id text collate "C" not null,
  endpoint_id text collate "C" not null,
  fingerprint text not null,
  url text not null,
  types text[] not null,
  secret text not null,
  created_at bigint not null,
  failing_since bigint,
  disabled_at bigint,
  removed_at bigint,
  primary key (account_id, endpoint_id)
);

create table followers (
  account_id text collate "C" primary key,
  seq bigint not null,
  alerts text not null,
  next_look bigint
);
`;
