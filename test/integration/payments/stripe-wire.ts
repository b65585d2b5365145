/** How Stripe writes requests and errors. */
import { parse } from 'node:querystring';
import type { Json } from '../server/running-server.ts';

/** "a[b][0][c]=1" as nested objects. */
export function nested(text: string): Json {
  const root: Json = {};
  for (const [key, value] of Object.entries(parse(text))) {
    const path = key.split(/[[\]]+/).filter((part) => part !== '');
    let at = root;
    for (const part of path.slice(0, -1)) at = at[part] ??= {};
    at[path.at(-1) ?? ''] = value;
  }
  return root;
}

export const cardError = (intent: Json, code: string, decline: string): { status: number; reply: Json } => ({
  status: 402,
  reply: {
    error: { type: 'card_error', code, decline_code: decline, message: 'Your card was declined.', payment_intent: intent },
  },
});
