/** Whatever is bought, changed, renewed, given back and disputed, in every language: each document says what the ledger says, to the cent. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { amountText, figures, type Language } from '../../../server/billing/invoices/texts/texts.ts';
import { languages } from '../../../shared/api/index.ts';
import { brokenRules } from '../../unit/server/en16931.ts';
import { readInvoice, valuesOf } from '../../unit/server/read-invoice.ts';
import { type Account, type Json, opId, type RunningServer, startServer } from './running-server.ts';

let server: RunningServer;
beforeAll(async () => {
  server = await startServer();
  await server.clock('2026-06-10T10:00:00Z');
});
afterAll(() => server.stop());

const plain = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();
const minor = ({ amount }: { amount: string }): bigint => BigInt(amount.replace('.', ''));

const done = async (answer: Promise<{ status: number; body: Json }>): Promise<Json> => {
  const { status, body } = await answer;
  expect([status, body.code, body.detail]).toEqual([200, undefined, undefined]);
  return body;
};
const bought = async (account: Account, request: Json): Promise<string> =>
  (await done(account.post('/v1/purchases', { opId: opId(), ...request }))).purchase.opId;
const byStaff = (account: Account, path: string, body: Json): Promise<Json> =>
  done(server.admin.post(`/v1/admin/accounts/${account.accountId}${path}`, { opId: opId(), ...body }));

/** Everything in the ledger that moved money, net, by its operation. */
async function moneyOf(account: Account): Promise<Map<string, bigint>> {
  const { entries } = (await account.get('/v1/ledger?limit=500')).body;
  const moved = new Map<string, bigint>();
  for (const { kind, opId: id, body } of entries) {
    const net: bigint | null =
      kind === 'granted' && body.source.kind === 'purchase'
        ? BigInt(body.source.paid.minor)
        : kind === 'plan-changed' && body.proration !== null
          ? BigInt(body.proration.charged)
          : kind === 'renewed' && body.charge !== null
            ? BigInt(body.charge.minor)
            : kind === 'refunded'
              ? -BigInt(body.money.minor)
              : kind === 'dispute-won'
                ? BigInt(body.money.minor)
                : null;
    if (net !== null && net !== 0n) moved.set(id, (moved.get(id) ?? 0n) + net);
  }
  return moved;
}

async function expectDocuments(account: Account, language: Language, least: number): Promise<void> {
  const invoices: Json[] = (await account.get('/v1/invoices')).body;
  const moved = await moneyOf(account);
  expect(new Map(invoices.map((invoice) => [invoice.opId, minor(invoice.net)]))).toEqual(moved);
  expect(invoices.length).toBe(moved.size);
  expect(invoices.length).toBeGreaterThanOrEqual(least);
  for (const invoice of invoices) {
    expect(invoice.lines.reduce((sum: bigint, line: Json) => sum + minor(line.net), 0n)).toBe(minor(invoice.net));
    expect(minor(invoice.net) + minor(invoice.tax)).toBe(minor(invoice.total));
    const read = await readInvoice((await account.get(`/v1/invoices/${invoice.number}.pdf`)).body);
    expect(brokenRules(read.xml)).toEqual([]);
    // A credit note's amounts carry no sign: its title says which way they go.
    const turned = (decimal: string): string =>
      invoice.kind === 'invoice' ? decimal : decimal.startsWith('-') ? decimal.slice(1) : /[1-9]/.test(decimal) ? `-${decimal}` : decimal;
    const sums = ['ram:TaxBasisTotalAmount', 'ram:TaxTotalAmount', 'ram:GrandTotalAmount'].map((name) => valuesOf(read.xml, name)[0]);
    expect(sums.map((text) => Number(text))).toEqual([invoice.net, invoice.tax, invoice.total].map(({ amount }) => Number(turned(amount))));
    const money = ({ amount, currency }: Json): string => plain(amountText(language, { amount: turned(amount), currency }));
    const page = plain(read.lines.join(' '));
    for (const line of invoice.lines)
      expect(page).toContain(
        plain(`${line.text} ${figures(language, turned(line.quantity))} ${amountText(language, line.unitPrice)} ${money(line.net)}`),
      );
    for (const words of [invoice.number, money(invoice.net), money(invoice.tax), money(invoice.total)]) expect(page).toContain(words);
    if (invoice.credits !== null) {
      expect(page).toContain(invoice.credits);
      expect(valuesOf(read.xml, 'ram:IssuerAssignedID')).toEqual([invoice.credits]);
    }
  }
}

describe.each(languages)('in %s', (language) => {
  test('packs at home, refunded in part, charged back and restored', { timeout: 60_000 }, async () => {
    const account = await server.account({ plan: 'professional-plus', slots: 50, country: 'DE', language, name: 'Jürgen Groß' });
    const [first, second] = [await bought(account, { packId: 'pack-50' }), await bought(account, { packId: 'pack-100' })];
    await byStaff(account, '/refunds', {
      purchaseId: first,
      basis: 'goodwill',
      reason: 'kindness',
      money: { amount: '3.33', currency: 'EUR' },
    });
    await byStaff(account, '/refunds', { purchaseId: first, basis: 'goodwill', reason: 'all of it' });
    await byStaff(account, '/refunds', { purchaseId: second, basis: 'chargeback', reason: 'the bank' });
    await byStaff(account, '/disputes-won', { purchaseId: second, reason: 'the bank' });
    await expectDocuments(account, language, 6);
  });

  test('a balance topped up with reverse charge', { timeout: 60_000 }, async () => {
    const account = await server.account({ policy: 'pay-as-you-go', country: 'PL', language, name: 'Łódź Auto' });
    await done(account.call('PUT', '/v1/billing-details', { name: 'Łódź Auto', country: 'PL', vatId: 'PL1234567890', language }));
    await bought(account, { amount: '12.50' });
    await expectDocuments(account, language, 1);
  });
});

test('plans outside the Union: begun, changed in the middle of a month, and renewed, in every language', { timeout: 120_000 }, async () => {
  const accounts = await Promise.all(languages.map((language) => server.account({ policy: 'creative-suite', country: 'US', language })));
  const every = (change: Json) => Promise.all(accounts.map((account) => byStaff(account, '/subscription', change)));
  await every({ action: 'subscribe', plan: 'plus', interval: 'month' });
  await server.clock('2026-06-20T10:00:00Z');
  await every({ action: 'change', plan: 'pro' });
  await server.clock('2026-08-25T10:00:00Z');
  await server.sweep();
  for (const [i, account] of accounts.entries()) await expectDocuments(account, languages[i] ?? 'en', 4);
});
