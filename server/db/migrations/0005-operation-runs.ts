/**
 * Operation ids that one append brought in ascending order, as one row: a batch of 100 photos is then one row and one place in the
 * index and not a hundred. Runs of an account never overlap, so the run that begins last before an id is the only one that can hold it;
 * ids that would fall between those of a run are rows of `operations`. `op_ids[n]` is told by the entry `first_seq + n - 1`.
 */
export const operationRuns = `
create table operation_runs (
  account_id text collate "C" not null,
  first_op text collate "C" not null,
  last_op text collate "C" not null,
  first_seq bigint not null,
  op_ids text[] not null,
  fingerprints text[] not null,
  primary key (account_id, first_op)
);

-- Random by nature: compressing them would only cost time.
alter table operation_runs alter column op_ids set storage external;
alter table operation_runs alter column fingerprints set storage external;
`;
