/**
 * Reports that take pictures along and bring corrected ones back: who has taken a report, the uploads and where their bytes lie, the consent, and what
 * came back. `objects_to_delete` names every object of the store before it is written, and again when it is no longer wanted: none is forgotten.
 */
export const corrections = `
alter table staff drop constraint staff_role_check;
alter table staff add constraint staff_role_check check (role in ('owner', 'support', 'read-only', 'retoucher'));

alter table reports
  add column taken_by text collate "C",
  add column taken_name text,
  add column taken_at bigint,
  add column lease_until bigint,
  add column granted_back text,
  add column verdict text,
  add column follows text collate "C",
  add column proposal text;
create index reports_following on reports (account_id, follows) where follows is not null;
create index reports_resolved on reports (resolved_at) where resolved_at is not null;

create table uploads (
  account_id text collate "C" not null,
  upload_id text collate "C" not null,
  fingerprint text collate "C" not null,
  staff_id text collate "C",
  role text collate "C" not null,
  type text collate "C" not null,
  bytes bigint not null,
  sha256 text collate "C" not null,
  name text,
  sealed_key text collate "C",
  received bigint not null default 0,
  state text collate "C" not null,
  report_id text collate "C",
  result_op_id text collate "C",
  created_at bigint not null,
  touched_at bigint not null,
  delete_at bigint,
  primary key (account_id, upload_id)
);
create unique index uploads_id on uploads (upload_id);
create index uploads_of_report on uploads (account_id, report_id) where report_id is not null;
create index uploads_arriving on uploads (touched_at) where state = 'arriving';
create index uploads_unclaimed on uploads (touched_at) where report_id is null and state <> 'deleted';
create index uploads_due on uploads (delete_at) where delete_at is not null and state <> 'deleted';

create table upload_segments (
  account_id text collate "C" not null,
  upload_id text collate "C" not null,
  starts_at bigint not null,
  bytes integer not null,
  object text collate "C" not null,
  primary key (account_id, upload_id, starts_at)
);

create table objects_to_delete (
  object text collate "C" primary key,
  at bigint not null
);
create index objects_to_delete_at on objects_to_delete (at);

create table corrections (
  account_id text collate "C" not null,
  report_id text collate "C" not null,
  result_op_id text collate "C" not null,
  op_id text collate "C" not null,
  upload_id text collate "C" not null,
  at bigint not null,
  primary key (account_id, report_id, result_op_id)
);
create unique index corrections_operation on corrections (account_id, op_id);

create table report_consents (
  account_id text collate "C" not null,
  arrival bigint generated always as identity,
  at bigint not null,
  terms text collate "C" not null,
  given boolean not null,
  primary key (account_id, arrival)
);
`;
