import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readAsked } from '../../../server/admin/proposals.ts';
import { readDocument, storedCustomer } from '../../../server/billing/invoices/document.ts';
import { readContent } from '../../../server/billing/payments/checkout-store.ts';
import { readEvent } from '../../../server/billing/payments/provider.ts';
import { changed } from '../../../server/billing/subscriptions.ts';
import { parseStored } from '../../../server/db/stored.ts';
import { readWork } from '../../../server/generations/generations.ts';
import { readChunk, readEntry } from '../../../server/ledger/encoding.ts';
import { readRefusal } from '../../../server/ledger/receipts.ts';
import { readKnown } from '../../../server/ledger/store.ts';
import { purchaseAnswer } from '../../../shared/api/index.ts';

const opId = '01K3QW7E8R9T0Y1V2X3Z4B5N6M';
const eur = (amount: string) => ({ amount, currency: 'EUR' });
/** As the first servers wrote it: without the treatment of the tax. */
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
    expect(parseStored(purchaseAnswer, JSON.stringify({ purchase, invoice }), 'answer')).toEqual({ purchase, invoice });
  });
  it('to a change of plan from before renewals were foretold', () => {
    expect(parseStored(changed, JSON.stringify({ subscription, quote }), 'answer')).toEqual({ subscription, quote });
  });
});

describe('an issued invoice', () => {
  const issuer = {
    id: 'BL',
    name: 'Backlot Studio',
    address: ['Example Street 1', '10115 Berlin'],
    country: 'DE',
    vatId: 'DE000000000',
    email: 'billing@backlot.example',
  };
  const whom = { accountId: 'acc_1', name: 'Ada', email: null, country: 'FR' };
  const customer = { ...whom, vatId: null, address: ['1 rue Exemple'], language: 'fr' };
  const tax = { treatment: 'reverse-charge', country: 'FR', rateBp: 0, ratePercent: '0' };

  it('is what was written', () => {
    const written = {
      invoice,
      issuer: { ...issuer, daysToPay: 30 },
      customer,
      tax,
      creditedAt: null,
      dueAt: invoice.issuedAt,
      charged: true,
    };
    expect(readDocument(JSON.stringify(written))).toEqual(written);
  });
  it.each([
    ['a customer abroad', whom, '19', { treatment: 'standard', country: 'FR', rateBp: 1900, ratePercent: '19' }],
    [
      'a customer of no country',
      { ...whom, country: null },
      '19',
      { treatment: 'standard', country: 'DE', rateBp: 1900, ratePercent: '19' },
    ],
    ['a bill without tax', whom, '0', { treatment: 'none', country: 'FR', rateBp: 0, ratePercent: '0' }],
  ])('of the first servers gets the tax that stands on it: %s', (_what, billed, taxRatePercent, expected) => {
    const first = { invoice: { ...invoice, taxRatePercent }, issuer, customer: billed, taxLabel: 'VAT', payment: 'Due in 14 days.' };
    expect(readDocument(JSON.stringify(first))).toEqual({
      invoice: first.invoice,
      issuer,
      customer: { ...billed, vatId: null, address: [], language: 'en' },
      tax: expected,
      creditedAt: null,
      dueAt: null,
    });
  });
  it('of an issuer that today would be asked for more is still readable', () => {
    const written = { invoice, issuer: { ...issuer, id: 'old-id', taxRates: { XX: '7' } }, customer, tax, creditedAt: null, dueAt: null };
    expect(readDocument(JSON.stringify(written)).issuer).toEqual(written.issuer);
  });
  it('without what was billed is no invoice', () => {
    const { total: _, ...partial } = invoice;
    expect(() => readDocument(JSON.stringify({ invoice: partial, issuer, customer, tax }))).toThrow('no invoice: invoice.total: ');
  });
  it('names a customer as renewals and checkouts do, whoever wrote it', () => {
    expect(storedCustomer.parse(whom)).toEqual({ ...whom, vatId: null, address: [], language: 'en' });
    expect(storedCustomer.parse(customer)).toEqual(customer);
  });
});

describe('what a checkout agreed', () => {
  const customer = { accountId: 'acc_1', name: 'Ada', email: null, country: 'FR', vatId: null, address: [], language: 'fr' };
  const agreed = (bought: object) => ({ bought, description: '100 credits', taxLabel: 'VAT 20 % (FR)', customer });

  it.each([
    ['a pack, from before methods were kept', { kind: 'pack', packId: 'pack-100', credits: '100' }],
    ['an amount', { kind: 'top-up', credits: '100', automatic: true }],
    [
      'a plan, from before it was noted what goes back',
      { kind: 'plan', action: 'change', plan: 'pro', interval: null, slots: null, quote },
    ],
  ])('is read as it was written: %s', (_what, bought) => {
    expect(readContent(JSON.stringify(agreed(bought)))).toEqual(agreed(bought));
  });
  it('keeps the word on the payment method', () => {
    const content = { ...agreed({ kind: 'top-up', credits: '5' }), keepsMethod: false };
    expect(readContent(JSON.stringify(content))).toEqual(content);
  });
  it('of a kind that is not sold grants nothing', () => {
    expect(() => readContent(JSON.stringify(agreed({ kind: 'gift', credits: '100' })))).toThrow('no checkout: bought.kind: ');
  });
});

describe("a provider's event", () => {
  const told = { id: 'evt_1', subject: 'ref_1', at: 1_777_000_000_000 };
  it.each([
    { ...told, kind: 'paid', paymentId: 'pay_1', checkoutId: null, minor: '2380', currency: 'EUR', customerId: null },
    { ...told, kind: 'failed', reason: 'declined' },
    { ...told, kind: 'expired', reason: 'left' },
    { ...told, kind: 'refunded', refundId: 're_1', minor: '2380', currency: 'EUR', opId: null },
    { ...told, kind: 'refund-refused', refundId: 're_1', minor: '2380', currency: 'EUR', opId },
    { ...told, kind: 'disputed', disputeId: 'dp_1', reason: 'fraudulent' },
    { ...told, kind: 'dispute-won', disputeId: 'dp_1' },
  ])('is read as it was written: $kind', (event) => expect(readEvent(JSON.stringify(event))).toEqual(event));
  it.each([
    [
      'money that is no whole number of minor units',
      { ...told, kind: 'refunded', refundId: 're_1', minor: '23.80', currency: 'EUR', opId: null },
      'minor: ',
    ],
    ['a kind that is not known', { ...told, kind: 'settled' }, 'kind: '],
  ])('with %s books nothing', (_what, event, place) => {
    expect(() => readEvent(JSON.stringify(event))).toThrow(`no provider's event: ${place}`);
  });
});

describe('what a second owner confirms', () => {
  const reason = 'Agreed with the customer';
  it.each([
    { kind: 'grant' as const, body: { opId, bucket: 'bonus', amount: '500', expiresAt: null, reason } },
    { kind: 'adjustment' as const, body: { opId, direction: 'take', bucket: 'bonus', amount: '500', reason } },
    { kind: 'refund' as const, body: { opId, purchaseId: opId, basis: 'goodwill', money: eur('900.00'), reason } },
    // The first plans were proposed without a reason.
    { kind: 'plan' as const, body: { opId, action: 'change', plan: 'pro', slots: 20 } },
  ])('is what was proposed: $kind', (proposed) => {
    expect(readAsked({ kind: proposed.kind, body: JSON.stringify(proposed.body) })).toEqual(proposed);
  });
  it.each([
    ['another kind of gift', { opId, direction: 'add', bucket: 'bonus', amount: '500', reason }, 'body'],
    ['a negative amount', { opId, bucket: 'bonus', amount: '-500', reason }, 'body.amount: '],
  ])('is not given as something else: %s', (_what, body, place) => {
    expect(() => readAsked({ kind: 'grant', body: JSON.stringify(body) })).toThrow(`no proposal: ${place}`);
  });
});

describe('an order of a generation', () => {
  it('is what was ordered', () => {
    const work = { model: 'backdrop-pro', resolution: '4K', style: 'gradient', palette: ['#ffffff'], seed: 7, durationSeconds: 2.5 };
    expect(readWork(JSON.stringify(work))).toEqual(work);
  });
  it('from before texts were checked is drawn all the same', () => {
    const work = { model: 'backdrop', resolution: '1K', prompt: 'a bell \u0007 and a turn \u202e' };
    expect(readWork(JSON.stringify(work))).toEqual(work);
  });
  it('of no model is drawn from nothing', () => {
    expect(() => readWork('{"resolution":"1K"}')).toThrow('no order of a generation: model: ');
  });
});

describe('operations that are known', () => {
  it('are named as the ledger names them', () => {
    const row = { op_id: opId, fingerprint: 'f00d', seq: 7, outcome: null };
    expect(readKnown(JSON.stringify([row]))).toEqual([{ opId, fingerprint: 'f00d', seq: 7, outcome: null }]);
  });
  it('without a place are not known', () => {
    expect(() => readKnown(JSON.stringify([{ op_id: opId, fingerprint: 'f00d', seq: null, outcome: null }]))).toThrow(': 0.seq: ');
  });
});

describe('a chunk', () => {
  const held = { kind: 'held', at: 5, opId: 'a', purpose: { kind: 'apply', photo: '1.jpg' }, slices: [] };
  it('of the first servers has each entry in full', () => {
    const second = { ...held, opId: 'b', purpose: { kind: 'apply', photo: '2.jpg' } };
    expect(readChunk(JSON.stringify([held, second]))).toEqual([held, second]);
  });
  it('completes what goes on like the one before it', () => {
    const read = readChunk(JSON.stringify([held, { opId: 'b', photo: '2.jpg' }, { opId: 'c' }]));
    expect(read.slice(1)).toEqual([
      { ...held, opId: 'b', purpose: { kind: 'apply', photo: '2.jpg' } },
      { ...held, opId: 'c', purpose: { kind: 'apply', photo: null } },
    ]);
  });
  it.each([
    ['no list', '{"kind":"held"}', 'the whole is no list'],
    ['a number', '[7]', '0 is no object'],
    ['nothing', '[null]', '0 is no object'],
    ['a list', '[[]]', '0 is no object'],
  ])('is refused with %s in it', (_what, text, message) => expect(() => readChunk(text)).toThrow(message));
  it('that begins with what would go on is no entry', () => {
    const [entry] = readChunk('[{"opId":"b","photo":"2.jpg"}]');
    expect(() => entry && readEntry(entry)).toThrow('The ledger holds what is no entry');
  });
});
