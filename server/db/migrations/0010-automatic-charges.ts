/**
 * Automatic top-ups that a provider charges. The checkout says what is bought and what became of it; a row here says that nobody is sent to a page
 * for it, and when it is looked at next. One at a time for an account. `auto_top_ups`: whose balance the sweep looks at, so that a trigger
 * outlives a crash. `keeps_method`: the account let its payment method stay at the provider.
 */
export const automaticCharges = `
alter table provider_customers add column keeps_method boolean not null default false;
update provider_customers set keeps_method = renews;

create table automatic_charges (
  account_id text collate "C" not null,
  op_id text collate "C" not null,
  reference text collate "C" not null,
  provider text not null,
  state text not null,
  at bigint not null,
  next_at bigint,
  leased_until timestamptz,
  payment_id text collate "C",
  primary key (account_id, op_id)
);
create unique index automatic_charges_reference on automatic_charges (reference);
create unique index automatic_charges_open on automatic_charges (account_id) where state <> 'done';
create index automatic_charges_due on automatic_charges (next_at) where next_at is not null;

create table auto_top_ups (
  account_id text collate "C" primary key,
  looked_at_seq bigint not null,
  next_look bigint
);
insert into auto_top_ups select distinct account_id, 0, null::bigint from answers where kind = 'auto-top-up';
`;
