/** For finding what is old enough to be forgotten, without reading what is not. */
export const retention = `
create index provider_events_at on provider_events (at);
create index deliveries_done on deliveries (done_at) where done_at is not null;
create index events_at on events (at);
update deliveries d set done_at = e.at from events e
  where d.account_id = e.account_id and d.event_id = e.event_id and d.state <> 'waiting' and d.done_at is null;
`;
