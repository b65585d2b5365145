/** Packs, purchases and their invoices. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readInvoice } from '../../unit/server/read-invoice.ts';
import { type Account, type Json, opId, type RunningServer, startServer } from './running-server.ts';

let server: RunningServer;

beforeAll(async () => {
  server = await startServer();
  await server.clock('2026-06-10T10:00:00Z');
});
afterAll(() => server.stop());

const dealer = (country = 'DE'): Promise<Account> =>
  server.account({ plan: 'professional-plus', slots: 50, country, name: 'Autohaus am Ring', email: 'rechnung@example.com' });

describe('packs', () => {
  test('three sizes; a larger one costs less per credit; valid for a year', async () => {
    const packs = (await (await dealer()).get('/v1/packs')).body;
    expect(packs).toHaveLength(3);
    const unit = packs.map((p: Json) => Number(p.pricePerCredit.amount));
    expect(unit[0]).toBeGreaterThan(unit[1]);
    expect(unit[1]).toBeGreaterThan(unit[2]);
    expect(packs.map((p: Json) => [p.validity, p.validUntil])).toEqual(Array(3).fill(['P1Y', '2027-06-10T10:00:00.000Z']));
  });

  test('buying one grants it at once and bills it', async () => {
    const account = await dealer();
    const [pack] = (await account.get('/v1/packs')).body;
    const { status, body } = await account.post('/v1/purchases', { opId: opId(), packId: pack.id });
    expect(status).toBe(200);
    expect(body.grant).toMatchObject({
      granted: pack.credits,
      available: pack.credits,
      source: 'purchase',
      expiresAt: '2027-06-10T10:00:00.000Z',
    });
    expect(body.invoice).toMatchObject({ kind: 'invoice', net: pack.price, taxRatePercent: '19', number: body.purchase.invoice });
    expect(Number(body.invoice.total.amount)).toBeCloseTo(Number(pack.price.amount) * 1.19, 2);
    const bucket = (await account.get('/v1/wallet')).body.buckets.find((b: Json) => b.bucket === 'purchased');
    expect(bucket.available).toBe(pack.credits);
    // A list says besides which document it is, and until when it is to be paid.
    const listed = (await account.get('/v1/invoices')).body;
    expect(listed).toHaveLength(1);
    expect(listed).toMatchObject([body.invoice]);
  });

  test('the same purchase from 16 clients is bought once, and all hear the same', async () => {
    const account = await dealer();
    const [pack] = (await account.get('/v1/packs')).body;
    const request = { opId: opId(), packId: pack.id };
    const answers = await Promise.all(Array.from({ length: 16 }, () => account.post('/v1/purchases', request)));
    for (const answer of answers) expect(answer).toMatchObject({ status: 200, body: answers[0]?.body });
    expect((await account.get('/v1/invoices')).body).toHaveLength(1);
  });

  test('numbers have no gap under 64 purchases at once, refused ones among them', async () => {
    const accounts = await Promise.all(Array.from({ length: 8 }, () => dealer()));
    const buy = (account: Account | undefined, i: number) =>
      account?.post('/v1/purchases', { opId: opId(), packId: i % 4 === 0 ? 'no-such-pack' : 'pack-50' });
    const answers = await Promise.all(Array.from({ length: 64 }, (_, i) => buy(accounts[i % 8], Math.floor(i / 8))));
    const numbers = answers.flatMap((a) => (a?.status === 200 ? [Number(a.body.invoice.number.slice(-6))] : [])).sort((a, b) => a - b);
    expect(numbers).toHaveLength(48);
    expect((numbers.at(-1) ?? 0) - (numbers[0] ?? 0)).toBe(47);
    expect(new Set(numbers).size).toBe(48);
  });

  test.each([
    ['DE', '19'],
    ['HU', '27'],
    ['FI', '25.5'],
    ['US', '0'],
    ['CH', '0'],
  ])('a customer in %s pays %s %% VAT', async (country, rate) => {
    const account = await dealer(country);
    const { invoice } = (await account.post('/v1/purchases', { opId: opId(), packId: 'pack-100' })).body;
    expect(invoice.taxRatePercent).toBe(rate);
    const cents = (money: Json): number => Math.round(Number(money.amount) * 100);
    expect(cents(invoice.net) + cents(invoice.tax)).toBe(cents(invoice.total));
    expect(cents(invoice.tax)).toBe(Math.round((cents(invoice.net) * Number(rate)) / 100));
  });
});

describe('invoices as PDF', () => {
  test('the text says what the ledger says', async () => {
    const account = await dealer();
    const { invoice } = (await account.post('/v1/purchases', { opId: opId(), packId: 'pack-250' })).body;
    const { status, body, headers } = await account.get(`/v1/invoices/${invoice.number}.pdf`);
    expect([status, headers.get('content-type')]).toEqual([200, 'application/pdf']);
    const text = await textOf(body);
    for (const words of [
      invoice.number,
      'Autohaus am Ring',
      '10 June 2026',
      `${invoice.net.amount} EUR`,
      'VAT 19 %',
      `${invoice.total.amount} EUR`,
    ])
      expect(text).toContain(words);
  });

  test('another account’s invoice is not found', async () => {
    const [mine, other] = [await dealer(), await dealer()];
    const { invoice } = (await mine.post('/v1/purchases', { opId: opId(), packId: 'pack-50' })).body;
    const { status, body } = await other.get(`/v1/invoices/${invoice.number}.pdf`);
    expect([status, body.code]).toEqual([404, 'not_found']);
  });
});

/** As poppler's pdftotext reads it, where it is installed, else as pdf.js does: what a person can search and copy. */
async function textOf(pdf: Buffer): Promise<string> {
  const file = join(mkdtempSync(join(tmpdir(), 'backlot-invoice-')), 'invoice.pdf');
  writeFileSync(file, pdf);
  const { status, stdout } = spawnSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8' });
  return status === 0 ? stdout : (await readInvoice(pdf)).lines.join('\n');
}
