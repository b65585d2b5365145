/** Generations: what was ordered, what came of it, and the finished files for as long as they can be downloaded. */
export const generations = `
create table generations (
  account_id text collate "C" not null,
  op_id text collate "C" not null,
  request text not null,
  priority integer not null,
  status text not null,
  hold text not null,
  cost text,
  error text,
  created_at bigint not null,
  finished_at bigint,
  primary key (account_id, op_id)
);
create index generations_open on generations (created_at) where status in ('queued', 'running');

create table generation_results (
  account_id text collate "C" not null,
  op_id text collate "C" not null,
  until bigint not null,
  mime text not null,
  bytes bytea not null,
  primary key (account_id, op_id)
);
create index generation_results_until on generation_results (until);
`;
