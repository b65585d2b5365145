import { expect, test } from 'vitest';
import type { Answer } from '../../../electron/wallet/http/answer.ts';
import { judgeOrder, type RequestKind } from '../../../electron/wallet/orders/order-answers.ts';
import { opNamed } from '../../quantities.ts';

const opId = '01J00000000000000000000001';
const another = '01J00000000000000000000002';
const money = { amount: '9.60', currency: 'EUR' };
const at = '2026-11-23T09:00:00.000Z';
const subscription = { plan: null, status: 'none', interval: null, cycleStart: null, cycleEnd: null, periodEnd: null, next: null };
const wallet = {
  accountId: 'acc',
  policy: { id: 'p', label: 'P', version: 1 },
  unit: { code: 'credit', scale: 0 },
  asOf: at,
  seq: 1,
  available: '1',
  held: '0',
  buckets: [],
  plan: null,
  alerts: [],
};
const quote = {
  effectiveAt: at,
  charge: money,
  credit: money,
  net: money,
  carried: money,
  grants: [],
  lines: [],
  availableAfter: '1',
  subscription,
};
const purchase = { packId: null, credits: '5', paid: money, provider: 'invoice', status: 'complete', at, invoice: null, grantId: null };

/** What the server says to each kind of order. */
const done: Readonly<Record<RequestKind, (opId: string) => object>> = {
  purchase: (id) => ({ purchase: { ...purchase, opId: id } }),
  plan: (id) => ({ opId: id, subscription, quote, wallet }),
  refund: (id) => ({ opId: id, refunded: money, amount: '5', shortfall: '0' }),
  report: (id) => ({
    id: 'r',
    opId: id,
    photo: 'p',
    resultOpId: 'o',
    note: 'n',
    area: null,
    at,
    state: 'open',
    answer: null,
    resolvedAt: null,
  }),
};
const kinds = Object.keys(done) as RequestKind[];
const answer = (status: number, body: unknown): Answer => ({ kind: 'answer', status, body, retryAfterMs: null });

test.each(kinds)('%s: done is what the contract says to it, about this very operation', (kind) => {
  expect(judgeOrder(kind, opNamed(opId), answer(200, done[kind](opId))).kind).toBe('accepted');
  expect(judgeOrder(kind, opNamed(opId), answer(200, done[kind](another))).kind).toBe('again');
  for (const other of kinds) if (other !== kind) expect(judgeOrder(kind, opNamed(opId), answer(200, done[other](opId))).kind).toBe('again');
  for (const body of [null, '', {}, [], { ok: true }, { opId }, '<html></html>', 7])
    expect(judgeOrder(kind, opNamed(opId), answer(200, body)).kind).toBe('again');
});

test('what was paid on a provider’s page names the checkout that was ours', () => {
  const checkout = {
    opId,
    provider: 'stripe',
    state: 'paid',
    net: money,
    tax: null,
    total: null,
    checkoutUrl: null,
    message: 'Paid.',
    operation: another,
  };
  expect(judgeOrder('purchase', opNamed(opId), answer(200, { purchase: { ...purchase, opId: another }, checkout })).kind).toBe('accepted');
});
