/** Outgoing webhooks, as Standard Webhooks describes them: webhook-id, webhook-timestamp, webhook-signature (v1, HMAC-SHA256). */
import { z } from 'zod';
import { operationId } from '../credits/codec/quantities.ts';
import { report } from './reports.ts';
import { word } from './text.ts';
import { uploadRole } from './uploads.ts';
import { instant, opId } from './values.ts';

const webhookEvent = z.enum(['operation.settled', 'grant.expiring', 'balance.low', 'invoice.issued', 'report.opened', 'report.answered']);

/**
 * What `report.opened` and `report.answered` carry: the report, and links to its pictures, those that are whole by then. A link needs no token, works for
 * whoever has it, and expires; afterwards the account's token gets the same files.
 */
export const toldReport = report.extend({
  links: z.array(z.object({ upload: z.string(), role: uploadRole, resultOpId: operationId, url: z.string(), expiresAt: instant })),
});

/** Where events are to be sent. */
export const webhookEndpointRequest = z.strictObject({
  opId,
  /** https, or http on the server's own machine. */
  url: word(2000),
  events: z.array(webhookEvent).min(1).max(webhookEvent.options.length),
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
