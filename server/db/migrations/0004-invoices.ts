/** Invoices by operation, what they credit and when they were paid; and what a bill has to know about its customer. */
export const invoices = `
alter table invoices add column kind text collate "C";
alter table invoices add column credits text collate "C";
alter table invoices add column paid_at bigint;
update invoices set
  kind = document::jsonb #>> '{invoice,kind}',
  credits = document::jsonb #>> '{invoice,credits}',
  paid_at = case when document::jsonb #>> '{invoice,state}' = 'paid' then issued_at end;
alter table invoices alter column kind set not null;
create unique index invoices_operation on invoices (account_id, op_id, kind);
create index invoices_credits on invoices (account_id, credits) where credits is not null;

alter table profiles add column vat_id text;
alter table profiles add column address text;
alter table profiles add column language text;
`;
