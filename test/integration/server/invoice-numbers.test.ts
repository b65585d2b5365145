/** Numbers of invoices on a real PostgreSQL: no gap and no double, whoever comes at once, breaks off or asks again. */
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Customer,
  type InvoiceDraft,
  issueInvoice,
  lineOf,
  listInvoices,
  markInvoicePaid,
  previewInvoice,
} from '../../../server/billing/invoices/invoices.ts';
import type { Issuer } from '../../../server/billing/issuer.ts';
import { type Database, openDatabase, transaction } from '../../../server/db/database.ts';
import { makeDatabase } from '../../cluster/databases.ts';
import { accountNamed, cents, instant, opNamed } from '../../quantities.ts';
import { temporaryFolder } from './running-server.ts';

const folder = temporaryFolder();
let db: Database;
beforeAll(async () => {
  db = await openDatabase({ databaseUrl: await makeDatabase(folder), dataFolder: folder, connections: 70 });
});
afterAll(async () => {
  await db.close();
  rmSync(folder, { recursive: true, force: true });
});

let issuers = 0;
const issuer = (): Issuer => ({
  id: `T${++issuers}`,
  name: 'Backlot Studio',
  address: ['Example Street 1'],
  country: 'DE',
  vatId: 'DE000000000',
  email: 'billing@backlot.example',
});
const customer = (accountId: string, country: string | null = 'DE'): Customer => ({
  accountId: accountNamed(accountId),
  name: 'Łódź Auto',
  email: null,
  country,
  vatId: null,
  address: [],
  language: 'en',
});
const draft = (accountId: string, more: Partial<InvoiceDraft> = {}): InvoiceDraft => ({
  kind: 'invoice',
  opId: opNamed(randomUUID()),
  issuedAt: instant(Date.UTC(2026, 5, 10)),
  description: 'Pack',
  customer: customer(accountId),
  currency: 'EUR',
  lines: [lineOf('Pack', cents(999n))],
  state: 'open',
  credits: null,
  ...more,
});
const issue = (from: Issuer, what: InvoiceDraft) => transaction(db.pool, (client) => issueInvoice(client, from, what));
const numbersOf = (from: Issuer, how: number, series = ''): string[] =>
  Array.from({ length: how }, (_, i) => `${from.id}-${series}2026-${String(i + 1).padStart(6, '0')}`);

describe('64 at once', () => {
  test('take the numbers 1 to 64', async () => {
    const from = issuer();
    const issued = await Promise.all(Array.from({ length: 64 }, (_, i) => issue(from, draft(`acc_${i}`))));
    expect(issued.map(({ invoice }) => invoice.number).toSorted()).toEqual(numbersOf(from, 64));
  });

  test('of which every third breaks off after it has its number: the others have no gap', async () => {
    const from = issuer();
    const breakingOff = (what: InvoiceDraft) =>
      transaction(db.pool, async (client) => {
        await issueInvoice(client, from, what);
        throw new Error('The card was declined.');
      });
    const all = await Promise.allSettled(
      Array.from({ length: 64 }, (_, i) => (i % 3 === 0 ? breakingOff(draft(`acc_${i}`)) : issue(from, draft(`acc_${i}`)))),
    );
    const numbers = all.flatMap((one) => (one.status === 'fulfilled' ? [one.value.invoice.number] : []));
    expect(numbers.toSorted()).toEqual(numbersOf(from, 42));
  });

  test('of 16 operations, four times each: one invoice for each, and all hear the same', async () => {
    const from = issuer();
    const drafts = Array.from({ length: 16 }, (_, i) => draft(`acc_${i}`));
    const all = await Promise.all([0, 1, 2, 3].flatMap(() => drafts.map((what) => issue(from, what))));
    expect(new Set(all.map(({ invoice }) => invoice.number)).size).toBe(16);
    for (const [i, document] of all.entries()) expect(document).toEqual(all[i % 16]);
    const { rows } = await db.pool.query<{ count: number }>(`select count(*) from invoices where number like $1`, [`${from.id}-%`]);
    expect(rows[0]?.count).toBe(16);
  });

  test('invoices and credit notes, over the turn of a year, and nobody waits for ever', async () => {
    const from = issuer();
    const eve = instant(Date.UTC(2026, 11, 31, 23));
    const newYear = instant(Date.UTC(2027, 0, 1, 1));
    const both = (i: number) =>
      transaction(db.pool, async (client) => {
        const first = draft(`acc_${i}`, { issuedAt: i % 2 === 0 ? eve : newYear });
        const { invoice } = await issueInvoice(client, from, first);
        const back = {
          kind: 'credit-note',
          issuedAt: i % 2 === 0 ? newYear : eve,
          lines: [lineOf('Back', cents(-999n))],
          credits: invoice.number,
        } as const;
        const note = await issueInvoice(client, from, draft(`acc_${i}`, back));
        return [invoice.number, note.invoice.number];
      });
    const numbers = (await Promise.all(Array.from({ length: 32 }, (_, i) => both(i)))).flat();
    const series = (prefix: string) => Array.from({ length: 16 }, (_, i) => `${prefix}-${String(i + 1).padStart(6, '0')}`);
    expect(numbers.toSorted()).toEqual(['2026', '2027', 'CN-2026', 'CN-2027'].flatMap((s) => series(`${from.id}-${s}`)).toSorted());
  });
});

describe('an operation', () => {
  test('asked again with another draft is answered with its first invoice', async () => {
    const from = issuer();
    const first = draft('acc_again');
    const issued = await issue(from, first);
    const again = await issue(from, { ...first, lines: [lineOf('Other', cents(5n))], issuedAt: instant(Date.UTC(2027, 0, 1)) });
    expect(again).toEqual(issued);
  });

  test('of a country that is none leaves nothing behind, its number neither', async () => {
    const from = issuer();
    const refused = issue(from, draft('acc_x', { customer: customer('acc_x', 'XX') }));
    await expect(refused).rejects.toMatchObject({ code: 'unknown_tax_country' });
    expect(() => previewInvoice(from, { customer: customer('acc_x', 'XX'), lines: [] })).toThrow(
      expect.objectContaining({ code: 'unknown_tax_country' }),
    );
    expect((await issue(from, draft('acc_x'))).invoice.number).toBe(numbersOf(from, 1)[0]);
  });

  test('can be asked beforehand what it will come to', async () => {
    const from = issuer();
    const what = draft('acc_p', { lines: [lineOf('A', cents(3n)), lineOf('B', cents(3n)), lineOf('C', cents(3n))] });
    const preview = previewInvoice(from, what);
    const { invoice } = await issue(from, what);
    expect(preview).toMatchObject({ netMinor: 9n, taxMinor: 2n, totalMinor: 11n });
    expect([invoice.net.amount, invoice.tax.amount, invoice.total.amount]).toEqual(['0.09', '0.02', '0.11']);
  });
});

describe('credit notes', () => {
  const bought = async (from: Issuer, accountId: string) =>
    (await issue(from, draft(accountId, { lines: [lineOf('Pack', cents(1000n))] }))).invoice;
  const back = (accountId: string, credits: string, minor: bigint, more: Partial<InvoiceDraft> = {}) =>
    draft(accountId, { kind: 'credit-note', state: 'paid', credits, lines: [lineOf('Back', cents(-minor))], ...more });

  test('have a series of their own, carry the tax of the invoice, and leave no cent behind', async () => {
    const from = issuer();
    const invoice = await bought(from, 'acc_c');
    // 190 cents of tax in three parts of 333, 333 and 334: 63 + 63 + the rest. And the customer has moved meanwhile.
    const moved = customer('acc_c', 'HU');
    const notes = [];
    for (const minor of [333n, 333n, 334n]) notes.push(await issue(from, back('acc_c', invoice.number, minor, { customer: moved })));
    expect(notes.map((n) => n.invoice.number)).toEqual(numbersOf(from, 3, 'CN-'));
    expect(notes.map((n) => n.invoice.tax.amount)).toEqual(['-0.63', '-0.63', '-0.64']);
    expect(notes.map((n) => [n.invoice.credits, n.tax.country, n.creditedAt])).toEqual(
      Array(3).fill([invoice.number, 'DE', invoice.issuedAt]),
    );
    const listed = await listInvoices(db.pool, accountNamed('acc_c'), '', 10);
    expect(listed.map((i) => [i.kind, i.state])).toEqual([['invoice', 'credited'], ...Array(3).fill(['credit-note', 'paid'])]);
  });

  test('never give back more than was billed', async () => {
    const from = issuer();
    const invoice = await bought(from, 'acc_m');
    const all = await Promise.allSettled(Array.from({ length: 8 }, () => issue(from, back('acc_m', invoice.number, 400n))));
    expect(all.filter((one) => one.status === 'fulfilled')).toHaveLength(2);
    for (const one of all) if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'not_refundable' });
  });

  test('are undone by billing again what they took off; then it can be credited once more', async () => {
    const from = issuer();
    const invoice = await bought(from, 'acc_d');
    await issue(from, back('acc_d', invoice.number, 1000n));
    await expect(issue(from, back('acc_d', invoice.number, 1n))).rejects.toMatchObject({ code: 'not_refundable' });
    const again = {
      lines: [lineOf('Restored', cents(1000n))],
      state: 'paid',
      credits: invoice.number,
      customer: customer('acc_d', 'HU'),
    } as const;
    const restored = (await issue(from, draft('acc_d', again))).invoice;
    expect(restored).toMatchObject({ kind: 'invoice', net: invoice.net, tax: invoice.tax, total: invoice.total });
    expect((await issue(from, back('acc_d', invoice.number, 1000n))).invoice.total.amount).toBe('-11.90');
    const states = (await listInvoices(db.pool, accountNamed('acc_d'), '', 10)).map((i) => [i.kind, i.state]);
    expect(states.filter(([kind]) => kind === 'invoice')).toEqual([
      ['invoice', 'credited'],
      ['invoice', 'paid'],
    ]);
  });

  test('of an invoice that another account has are refused', async () => {
    const from = issuer();
    const invoice = await bought(from, 'acc_mine');
    await expect(issue(from, back('acc_other', invoice.number, 1n))).rejects.toMatchObject({ code: 'not_found' });
  });
});

test('a paid invoice says so in the list, from the first payment on; its document stays as it was', async () => {
  const from = issuer();
  const { invoice } = await issue(from, draft('acc_paid'));
  await markInvoicePaid(db.pool, accountNamed('acc_paid'), invoice.number, instant(5000));
  await markInvoicePaid(db.pool, accountNamed('acc_paid'), invoice.number, instant(9000));
  const { rows } = await db.pool.query<{ paid_at: number }>('select paid_at from invoices where number = $1', [invoice.number]);
  expect(rows[0]?.paid_at).toBe(5000);
  expect(await listInvoices(db.pool, accountNamed('acc_paid'), '', 10)).toMatchObject([{ ...invoice, state: 'paid' }]);
  await expect(markInvoicePaid(db.pool, accountNamed('acc_other'), invoice.number, instant(1))).rejects.toMatchObject({
    code: 'not_found',
  });
});

test('the list goes on after a number, oldest first', async () => {
  const from = issuer();
  const at = (day: number) => instant(Date.UTC(2026, 5, day));
  for (const day of [3, 1, 2, 2]) await issue(from, draft('acc_l', { issuedAt: at(day) }));
  const all = await listInvoices(db.pool, accountNamed('acc_l'), '', 10);
  expect(all.map((i) => i.issuedAt.slice(8, 10))).toEqual(['01', '02', '02', '03']);
  const paged = [];
  for (let after = ''; ; ) {
    const [next] = await listInvoices(db.pool, accountNamed('acc_l'), after, 1);
    if (!next) break;
    paged.push(next);
    after = next.number;
  }
  expect(paged).toEqual(all);
});
