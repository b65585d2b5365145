/** One signed request, as Standard Webhooks describes it. */
import { createHmac } from 'node:crypto';
import type { Told } from './deliveries.ts';

const PATIENCE_MS = 15_000;

/** `gone`: the endpoint says that nobody is there any more (410). */
export class DeliveryTrouble extends Error {
  readonly final: boolean;
  constructor(message: string, final = false) {
    super(message);
    this.final = final;
  }
}

/** The signature is over "id.timestamp.body", with the bytes behind `whsec_`. */
export function signature(secret: string, id: string, timestamp: string, body: string): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
}

/** Throws DeliveryTrouble when the answer is anything but 2xx. `sentAt`: the machine's time, which receivers hold against their own. */
export async function post(
  endpoint: { readonly url: string; readonly secret: string },
  told: Told,
  sentAt: number,
  ending: AbortSignal,
): Promise<void> {
  const { eventId, type, at, data } = told;
  const body = JSON.stringify({ type, timestamp: new Date(at).toISOString(), data });
  const timestamp = String(Math.floor(sentAt / 1000));
  let response: Response;
  try {
    response = await fetch(endpoint.url, {
      method: 'POST',
      body,
      headers: {
        'content-type': 'application/json',
        'user-agent': 'Backlot-Webhooks/1',
        'webhook-id': eventId,
        'webhook-timestamp': timestamp,
        'webhook-signature': signature(endpoint.secret, eventId, timestamp, body),
      },
      // What is sent is meant for this address and no other.
      redirect: 'manual',
      signal: AbortSignal.any([ending, AbortSignal.timeout(PATIENCE_MS)]),
    });
  } catch (error) {
    throw new DeliveryTrouble(error instanceof Error && error.name === 'TimeoutError' ? 'no answer in time' : 'not reachable');
  }
  await response.body?.cancel();
  if (!response.ok) throw new DeliveryTrouble(`answered ${response.status}`, response.status === 410);
}
