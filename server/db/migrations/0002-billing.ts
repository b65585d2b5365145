/** Money: invoices with their gap-free counter, the answers to what was bought, and the reports queue. */
export const billing = `
create table invoice_counters (
  issuer text primary key,
  last_number bigint not null
);

create table invoices (
  account_id text collate "C" not null,
  number text collate "C" not null,
  op_id text collate "C" not null,
  issued_at bigint not null,
  document text not null,
  primary key (account_id, number)
);
create unique index invoices_number on invoices (number);

create table answers (
  account_id text collate "C" not null,
  op_id text collate "C" not null,
  kind text not null,
  document text not null,
  primary key (account_id, op_id)
);

create table reports (
  account_id text collate "C" not null,
  report_id text collate "C" not null,
  op_id text collate "C" not null,
  at bigint not null,
  state text not null,
  document text not null,
  answer text,
  resolved_at bigint,
  arrival bigint generated always as identity,
  primary key (account_id, report_id),
  unique (account_id, op_id)
);
create unique index reports_id on reports (report_id);
create index reports_open on reports (at, arrival) where state in ('open', 'in_progress');
`;
