/**
 * Refunds that a provider did not make after all. The debt stays written down with the instant it was refused, and the checkout says so. All events of
 * a payment are looked at together when a part of it goes back.
 */
export const refusedRefunds = `
alter table payouts add column refused_at bigint;
alter table checkouts add column refund_refused boolean not null default false;
create index provider_events_subject on provider_events (provider, subject);
create index payouts_refund on payouts (provider, refund_id) where refund_id is not null;
`;
