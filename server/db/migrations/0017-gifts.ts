/** What members of staff gave, for their caps, and what is more than an owner may give alone: it waits for a second one. Amounts as decimals of the policy's unit. */
export const gifts = `
create table gifts (
  gift_id bigint generated always as identity primary key,
  staff_id text collate "C" not null,
  at bigint not null,
  unit text not null,
  amount text not null
);
create index gifts_staff on gifts (staff_id, at);

create table proposals (
  proposal_id text collate "C" primary key,
  account_id text collate "C" not null,
  op_id text collate "C" not null,
  kind text not null,
  body text not null,
  why text not null,
  staff_id text collate "C" not null,
  staff_name text not null,
  at bigint not null,
  state text not null default 'waiting' check (state in ('waiting', 'confirmed', 'declined')),
  decided_by text,
  decided_at bigint,
  arrival bigint generated always as identity
);
create index proposals_waiting on proposals (arrival) where state = 'waiting';
`;
