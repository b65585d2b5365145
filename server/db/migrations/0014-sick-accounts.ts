/**
 * Accounts that cannot be swept, with what is in their way and when they are tried again; and the policy of each account where it can be asked for all at
 * once, so that a server knows at its start whose policy it does not have.
 */
export const sickAccounts = `
create table sick_accounts (
  account_id text collate "C" primary key,
  since bigint not null,
  code text not null,
  reason text not null,
  tries int not null,
  next_try bigint not null
);
create index sick_accounts_since on sick_accounts (since, account_id);

alter table profiles add column policy text;
-- By its text: a snapshot that cannot be read must not keep the server from starting.
update profiles p set policy = substring(s.state from '"policy":\\{"id":"([^"\\\\]+)"') from snapshots s where s.account_id = p.account_id;
create index profiles_policy on profiles (policy);
`;
