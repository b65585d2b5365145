/** Invoices over HTTP: whom they are for, what tax they carry, and what can be read of them. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readInvoice, schemaErrors, valuesOf } from '../../unit/server/read-invoice.ts';
import { type Account, type Json, opId, type RunningServer, startServer } from './running-server.ts';

let server: RunningServer;
beforeAll(async () => {
  server = await startServer();
  await server.clock('2026-06-10T10:00:00Z');
});
afterAll(() => server.stop());

const dealer = (more: Json = {}): Promise<Account> => server.account({ plan: 'professional-plus', slots: 50, country: 'DE', ...more });
const put = (account: Account, details: Json) => account.call('PUT', '/v1/billing-details', details);
const buy = (account: Account, packId = 'pack-50') => account.post('/v1/purchases', { opId: opId(), packId });

describe('the billing details', () => {
  test('decide about name, language and tax of the next invoice, and leave the last one alone', async () => {
    const account = await dealer({ name: 'Before' });
    const first = (await buy(account)).body.invoice;
    const details = {
      name: 'Łódź Auto Sp. z o.o.',
      address: ['ul. Piotrkowska 1', '90-001 Łódź'],
      country: 'pl',
      vatId: 'pl 123-456-78-90',
      language: 'pl',
    };
    const saved = await put(account, details);
    expect(saved).toMatchObject({
      status: 200,
      body: { ...details, country: 'PL', vatId: 'PL1234567890', tax: { treatment: 'reverse-charge', ratePercent: '0', country: 'PL' } },
    });
    expect((await account.get('/v1/billing-details')).body).toEqual(saved.body);
    const { invoice } = (await buy(account)).body;
    expect(invoice).toMatchObject({ taxTreatment: 'reverse-charge', tax: { amount: '0.00' }, total: invoice.net });
    const read = await readInvoice((await account.get(`/v1/invoices/${invoice.number}.pdf`)).body);
    for (const words of ['Faktura', 'Łódź Auto Sp. z o.o.', 'ul. Piotrkowska 1', 'NIP UE PL1234567890', 'Data 10 czerwca 2026'])
      expect(read.lines).toContain(words);
    expect(read.lines.some((line) => line.startsWith('Odwrotne obciążenie'))).toBe(true);
    const before = await readInvoice((await account.get(`/v1/invoices/${first.number}.pdf`)).body);
    for (const words of ['Invoice', 'Before']) expect(before.lines).toContain(words);
  });

  test.each([
    ['a country that is none', { country: 'XX' }, 422, 'unknown_tax_country'],
    ['a VAT number of another country', { country: 'FR', vatId: 'DE123456789' }, 422, 'invalid_vat_id'],
    ['a VAT number that is none', { country: 'FR', vatId: 'hello' }, 422, 'invalid_vat_id'],
    ['a language that is not spoken', { language: 'tlh' }, 400, 'invalid_request'],
    ['six lines of address', { address: ['1', '2', '3', '4', '5', '6'] }, 400, 'invalid_request'],
    ['an empty name', { name: '  ' }, 400, 'invalid_request'],
    ['an e-mail address that is none', { email: 'billing at example' }, 400, 'invalid_request'],
  ])('%s is refused, and nothing is changed', async (_, details, status, code) => {
    const account = await dealer({ name: 'Before' });
    const before = (await account.get('/v1/billing-details')).body;
    const answer = await put(account, details);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect((await account.get('/v1/billing-details')).body).toEqual(before);
  });
});

describe('the e-mail address for invoices', () => {
  test('stays when it is left out, is another when it is named, and none when it is null', async () => {
    const account = await dealer({ email: 'first@example.com' });
    const emailAfter = async (details: Json): Promise<string | null> => (await put(account, { country: 'DE', ...details })).body.email;
    expect(await emailAfter({})).toBe('first@example.com');
    expect(await emailAfter({ email: 'books@example.com' })).toBe('books@example.com');
    expect(await emailAfter({ email: null })).toBeNull();
  });
});

describe('an unknown tax country', () => {
  test('is told before anything is charged; once it is set right, the same purchase goes through', async () => {
    const account = await server.account({ plan: 'basic', country: 'XX' });
    const request = { opId: opId(), packId: (await account.get('/v1/packs')).body[0].id };
    const before = (await account.get('/v1/ledger')).body.head;
    const refused = await account.post('/v1/purchases', request);
    expect([refused.status, refused.body.code]).toEqual([422, 'unknown_tax_country']);
    expect(refused.body.detail).toContain('Nothing was charged');
    expect((await account.get('/v1/invoices')).body).toEqual([]);
    expect((await account.get('/v1/ledger')).body.head).toEqual(before);
    expect((await account.get('/v1/billing-details')).body).toMatchObject({ country: 'XX', tax: null });
    expect((await put(account, { country: 'FR' })).status).toBe(200);
    const { status, body } = await account.post('/v1/purchases', request);
    expect([status, body.invoice.taxRatePercent]).toEqual([200, '20']);
  });
});

describe('the XML', () => {
  test('is what the PDF carries, fits the schema, and says what the record says', async () => {
    const account = await dealer({ name: 'Autohaus am Ring', language: 'de' });
    const { invoice } = (await buy(account)).body;
    const { status, body, headers } = await account.get(`/v1/invoices/${invoice.number}.xml`);
    expect([status, headers.get('content-type')]).toEqual([200, 'application/xml']);
    const xml = body.toString('utf8');
    expect(await schemaErrors(xml)).toEqual([]);
    expect(valuesOf(xml, 'ram:GrandTotalAmount')).toEqual([invoice.total.amount]);
    const read = await readInvoice((await account.get(`/v1/invoices/${invoice.number}.pdf`)).body);
    expect(read.xml).toBe(xml);
    expect(read.lines).toContain('Rechnung');
  });

  test.each(['pdf', 'xml'])('of another account is not found (.%s)', async (ending) => {
    const [mine, other] = [await dealer(), await dealer()];
    const { invoice } = (await buy(mine)).body;
    expect((await other.get(`/v1/invoices/${invoice.number}.${ending}`)).body.code).toBe('not_found');
  });
});

test('64 accounts that buy at once: as many invoices, no number missing, none twice', async () => {
  const accounts = await Promise.all(Array.from({ length: 64 }, () => dealer()));
  const answers = await Promise.all(accounts.map((account) => buy(account)));
  const numbers = answers.map(({ body }) => Number(body.invoice.number.slice(-6))).toSorted((a, b) => a - b);
  expect(numbers).toEqual(Array.from({ length: 64 }, (_, i) => (numbers[0] ?? 0) + i));
});
