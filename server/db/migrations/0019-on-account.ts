/**
 * What staff allows an account to owe. No row: the policy's default. `limit_minor` 0: nothing is sold on account; null: the default as well, with
 * `overdue_until` beside it: until when staff lets it buy although an invoice is overdue.
 */
export const onAccount = `
create table on_account (
  account_id text collate "C" primary key,
  limit_minor bigint,
  currency text not null,
  overdue_until bigint
);
create index invoices_unpaid on invoices (account_id) where paid_at is null;
`;
