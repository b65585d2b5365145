/**
 * Tokens with a name, an end and a holder: an account or a member of staff. What was made before is kept and goes on working until it is ended;
 * its id follows from its hash. `starts`: made for one start of one server process, which alone takes it.
 * In a database that a server before this one used, the first owner's token is the one that followed from the server's secret.
 */
export const tokens = `
alter table tokens alter column account_id drop not null;
alter table tokens add column token_id text collate "C";
alter table tokens add column staff_id text collate "C";
alter table tokens add column label text not null default 'Made before tokens had names';
alter table tokens add column fingerprint text;
alter table tokens add column starts boolean not null default false;
alter table tokens add column expires_at bigint;
alter table tokens add column ended_at bigint;
insert into tokens (token_hash, staff_id, role, created_at, ended_at) select token_hash, staff_id, 'staff', created_at, revoked_at from staff;
update tokens set token_id = 'tok_' || left(md5(token_hash), 26);
alter table tokens alter column token_id set not null;
alter table tokens add check ((account_id is null) <> (staff_id is null));
create unique index tokens_id on tokens (token_id);
create index tokens_staff on tokens (staff_id) where staff_id is not null;
alter table staff alter column token_hash drop not null;
insert into settings select 'owner token', 'derived' where exists (select 1 from settings where name = 'epoch');
`;
