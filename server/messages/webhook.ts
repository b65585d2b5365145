/** One signed request, as Standard Webhooks describes it. */
import { createHmac } from 'node:crypto';
import { request as overHttp } from 'node:http';
import { request as overHttps } from 'node:https';
import type { Instant } from '../../shared/credits/model/quantities.ts';
import type { Told } from '../outbox.ts';
import { PrivateAddress, type Targets } from './targets.ts';

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

/**
 * Throws DeliveryTrouble when the answer is anything but 2xx; a redirect is one: what is sent is meant for this address and no other.
 * `sentAt`: the machine's time, which receivers hold against their own.
 */
export async function post(
  endpoint: { readonly url: string; readonly secret: string },
  told: Told,
  sentAt: Instant,
  targets: Targets,
  ending: AbortSignal,
): Promise<void> {
  const { eventId, type, at, data } = told;
  const body = JSON.stringify({ type, timestamp: new Date(at).toISOString(), data });
  const timestamp = String(Math.floor(sentAt / 1000));
  const late = AbortSignal.timeout(PATIENCE_MS);
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'user-agent': 'Backlot-Webhooks/1',
    'webhook-id': eventId,
    'webhook-timestamp': timestamp,
    'webhook-signature': signature(endpoint.secret, eventId, timestamp, body),
  };
  let status: number;
  try {
    status = await send(new URL(endpoint.url), headers, body, targets, AbortSignal.any([ending, late]));
  } catch (error) {
    if (error instanceof PrivateAddress) throw new DeliveryTrouble('its address is not on the public internet');
    throw new DeliveryTrouble(late.aborted ? 'no answer in time' : 'not reachable');
  }
  if (status < 200 || status > 299) throw new DeliveryTrouble(`answered ${status}`, status === 410);
}

/** One request on a connection of its own, so that its address is looked at each time. Answers the status; nobody reads the rest. */
function send(url: URL, headers: Record<string, string | number>, body: string, targets: Targets, signal: AbortSignal): Promise<number> {
  targets.check(url);
  const request = url.protocol === 'http:' ? overHttp : overHttps;
  return new Promise((done, failed) => {
    request(url, { method: 'POST', headers, lookup: targets.lookup, agent: false, signal })
      .once('response', (response) => {
        done(response.statusCode ?? 0);
        response.destroy();
      })
      .once('error', failed)
      .end(body);
  });
}
