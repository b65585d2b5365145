import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { changed } from '../../../server/billing/subscriptions.ts';
import { parseStored } from '../../../server/db/stored.ts';
import { readRefusal } from '../../../server/ledger/receipts.ts';
import { purchaseAnswer } from '../../../shared/api/index.ts';

const opId = '01K3QW7E8R9T0Y1V2X3Z4B5N6M';
const eur = (amount: string) => ({ amount, currency: 'EUR' });

describe('a stored document', () => {
  const schema = z.object({ customer: z.object({ name: z.string() }) });
  it('is what its schema says', () => {
    expect(parseStored(schema, '{"customer":{"name":"Ada"}}', 'checkout')).toEqual({ customer: { name: 'Ada' } });
  });
  it.each([
    ['a member of another kind', '{"customer":{"name":7}}', /no checkout: customer\.name: /],
    ['a missing member', '{"customer":{}}', /no checkout: customer\.name: /],
    ['something else as a whole', 'null', /no checkout: the whole: /],
  ])('is refused with the place, not the value: %s', (_what, text, message) => {
    expect(() => parseStored(schema, text, 'checkout')).toThrow(message);
  });
  it('that is no JSON is refused', () => expect(() => parseStored(schema, '{', 'checkout')).toThrow(SyntaxError));
});

describe('a refusal of an operation', () => {
  const kept = {
    opId,
    status: 'refused',
    amount: '3',
    slices: [],
    holdExpiresAt: null,
    code: 'insufficient_credit',
    message: 'Not enough.',
  };
  const at = '2026-05-04T09:00:00Z';
  it('says what the problem document said', () => {
    const details = { required: '3', available: '1', remedies: [{ kind: 'wait' }] };
    expect(readRefusal(JSON.stringify({ ...kept, at, details }))).toEqual({ ...kept, at, details });
  });
  it('of the first servers says nothing besides', () => {
    expect(readRefusal(JSON.stringify({ ...kept, at }))).toEqual({ ...kept, at, details: {} });
  });
  it('that is none is not replayed', () => {
    expect(() => readRefusal(JSON.stringify({ ...kept, status: 'settled', at }))).toThrow('no refusal of an operation: status: ');
  });
});

describe('an answer, replayed', () => {
  const purchase = {
    opId,
    packId: 'pack-100',
    credits: '100',
    paid: eur('20.00'),
    provider: 'invoice',
    status: 'complete',
    at: '2026-05-04T09:00:00Z',
    invoice: 'BL-2026-000001',
    grantId: opId,
  };
  it('to a purchase of the first servers names neither checkout nor treatment of tax', () => {
    const invoice = {
      number: 'BL-2026-000001',
      kind: 'invoice',
      issuedAt: '2026-05-04T09:00:00Z',
      description: '100 credits',
      net: eur('20.00'),
      taxRatePercent: '19',
      tax: eur('3.80'),
      total: eur('23.80'),
      state: 'open',
      opId,
      credits: null,
      lines: [{ text: '100 credits', quantity: '1', unitPrice: eur('20.00'), net: eur('20.00') }],
    };
    expect(parseStored(purchaseAnswer, JSON.stringify({ purchase, invoice }), 'answer')).toEqual({ purchase, invoice });
  });
  it('to a change of plan from before renewals were foretold', () => {
    const subscription = {
      plan: null,
      status: 'none',
      interval: null,
      cycleStart: null,
      cycleEnd: null,
      periodEnd: null,
      next: { plan: 'pro', interval: 'month' },
    };
    const quote = {
      effectiveAt: '2026-05-04T09:00:00Z',
      charge: eur('0.00'),
      credit: eur('0.00'),
      net: eur('0.00'),
      carried: eur('0.00'),
      grants: [],
      lines: [],
      availableAfter: '0',
      subscription,
    };
    expect(parseStored(changed, JSON.stringify({ subscription, quote }), 'answer')).toEqual({ subscription, quote });
  });
});
