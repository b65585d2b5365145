/**
 * The ids of a run stand in the entries that tell it: the chunk with `first_seq` has them, in order. What is left to keep is what each of
 * them asked for: what their fingerprints of 22 characters begin with, a colon, and the rest of each, one behind the other.
 */
export const runsInChunks = `
alter table operation_runs alter column fingerprints type text using ':' || array_to_string(fingerprints, '');
alter table operation_runs alter column fingerprints set storage external;
alter table operation_runs drop column op_ids;
`;
