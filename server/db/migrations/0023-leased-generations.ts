/**
 * Generations are leased like everything else that is done later; before, a library kept their jobs in a schema of its own (`jobs`). Its jobs said nothing
 * that the rows here do not say, so what was queued or begun is taken up from here. That schema is left as it is: an older server on
 * the same database may still write to it, and what both draw is charged once.
 */
export const leasedGenerations = `
alter table generations add column leased_until timestamptz, add column tries int not null default 0;
`;
