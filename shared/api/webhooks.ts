/** Outgoing webhooks, as Standard Webhooks describes them: webhook-id, webhook-timestamp, webhook-signature (v1, HMAC-SHA256). */
import { z } from 'zod';
import { word } from './text.ts';
import { instant, opId } from './values.ts';

const webhookEvent = z.enum(['operation.settled', 'grant.expiring', 'balance.low', 'invoice.issued', 'report.answered']);

/** Where events are to be sent. */
export const webhookEndpointRequest = z.strictObject({
  opId,
  /** https, or http on the server's own machine. */
  url: word(2000),
  events: z.array(webhookEvent).min(1).max(5),
});
/** An endpoint and how its deliveries go. `failingSince`, `disabledAt` null: it is not. */
export const webhookEndpoint = z.object({
  id: z.string(),
  url: z.string(),
  events: z.array(webhookEvent),
  /** failing: retried · disabled: it failed for five days, or said that it is gone */
  state: z.enum(['active', 'failing', 'disabled', 'removed']),
  createdAt: instant,
  failingSince: instant.nullable(),
  disabledAt: instant.nullable(),
});
/** The secret is shown here only. */
export const webhookEndpointAnswer = z.object({ endpoint: webhookEndpoint, secret: z.string() });

/** Where an account's events are posted to, and how that goes. */
export type WebhookEndpoint = z.infer<typeof webhookEndpoint>;
