/** Background studio: ST-01 to ST-17 against the real server. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { consent, declare, declared, download, jpeg, sent } from '../integration/server/report-files.ts';
import {
  type Account,
  apply,
  applying,
  available,
  buckets,
  buy,
  type Json,
  minor,
  opId,
  paper,
  quote,
  type RunningServer,
  refusal,
  startServer,
  wallet,
} from './world.ts';

let server: RunningServer;
/** Two monthly cycles (reset on the 1st) overlap the four weeks from here. */
const LAUNCH = '2026-01-15T00:00:00Z';

beforeAll(async () => {
  server = await startServer({ args: ['--test-clock', '--launch', LAUNCH] });
});
afterAll(() => server.stop());

const dealer = (plan = 'professional-plus', slots = 50): Promise<Account> => server.account({ plan, slots, country: 'DE' });

/** Exactly so many purchased credits, long after the promotion. */
async function withCredits(credits: number): Promise<Account> {
  await server.clock('2026-06-10T10:00:00Z');
  const account = await server.account();
  if (credits > 0) await server.grant(account.accountId, 'purchased', String(credits));
  return account;
}

test('ST-01: applying costs one credit per photo', async () => {
  const account = await withCredits(5);
  const [receipt] = await apply(account, 1);
  expect(receipt).toMatchObject({ status: 'settled', charged: '1', returned: '0' });
  expect(await available(account)).toBe('4');
});

test.each([{ logo: 'own' }, { background: null, logo: 'own' }, { background: '', logo: 'own' }])(
  'ST-02: %j has no background: refused, free',
  async (recipe) => {
    const account = await withCredits(5);
    const { status, body } = await refusal(account, applying(recipe));
    expect([status, body.code]).toEqual([422, 'background_required']);
    expect(await wallet(account)).toMatchObject({ available: '5', held: '0' });
  },
);

test.each([
  { background: ' \n', logo: 'own' },
  { background: {}, logo: 'own' },
])('ST-02: blank %j is no background', async (recipe) => {
  const { body } = await refusal(await withCredits(5), applying(recipe));
  expect(body.code).toBe('background_required');
});

test('ST-02: transparent, chosen in words, is a background of one credit; a logo on it is refused, free, and for good under its id', async () => {
  const account = await withCredits(5);
  await apply(account, 1, { background: 'transparent' });
  const request = { operations: [{ opId: opId(), ...applying({ background: 'transparent', logo: 'own' }) }] };
  for (let time = 0; time < 2; time += 1) {
    const { status, body } = await account.post('/v1/operations', request);
    expect([status, body.code]).toEqual([422, 'logo_on_transparent']);
  }
  expect(await wallet(account)).toMatchObject({ available: '4', held: '0' });
});

test('ST-02, ST-03, ST-07: no free step places a logo on a photo: quoted or asked for, it is refused, and the rest of processing stays free', async () => {
  const account = await withCredits(5);
  for (const steps of [['watermark'], ['resize', 'watermark', 'convert']]) {
    const { status, body } = await refusal(account, { kind: 'process', photo: 'IMG_1', steps });
    expect([status, body.code]).toEqual([422, 'sold_with']);
    expect(body.detail).toBe('A logo is placed with Apply changes, one credit per photo. Nothing was charged.');
    expect((await quote(account, { kind: 'process', photo: 'IMG_1', steps })).refusal).toMatchObject({ code: 'sold_with' });
  }
  const free = { kind: 'process', photo: 'IMG_1', steps: ['resize', 'extend', 'rotate', 'convert'] };
  expect(await quote(account, free)).toMatchObject({ total: '0' });
  expect(await wallet(account)).toMatchObject({ available: '5', held: '0' });
});

test('ST-03: a background alone, with a logo in one go, and other settings again cost one credit each', async () => {
  const account = await withCredits(5);
  for (const recipe of [paper, { background: 'paper', logo: 'own' }, { background: 'showroom', logo: 'other' }]) {
    const before = Number(await available(account));
    await apply(account, 1, recipe);
    expect(Number(await available(account))).toBe(before - 1);
  }
});

test('ST-03: a photo settles at its price; for nothing it is a release', async () => {
  const account = await withCredits(1);
  const id = opId();
  await account.post('/v1/operations', { operations: [{ opId: id, ...applying() }] });
  const { status, body } = await account.post(`/v1/operations/${id}/settle`, { actual: '0' });
  expect([status, body.code, body.least, body.most]).toEqual([400, 'invalid_amount', '1', '1']);
  expect(body.detail).toContain('Release');
  expect((await account.post(`/v1/operations/${id}/settle`, { actual: '1' })).body).toMatchObject({ status: 'settled', charged: '1' });
});

test('ST-04: reverting is free', async () => {
  const account = await withCredits(0);
  expect(await quote(account, { kind: 'revert', photo: 'IMG_1' })).toMatchObject({ total: '0', slices: [] });
});

test('ST-05: reports, repeated ones and the corrected picture are free', async () => {
  const account = await withCredits(1);
  const [{ opId: resultOpId }] = (await apply(account, 1)) as [Json];
  const report = { photo: 'IMG_1', resultOpId, note: 'The wheel is cut off' };
  const [first, second] = [
    await account.post('/v1/reports', { opId: opId(), ...report }),
    await account.post('/v1/reports', { opId: opId(), ...report }),
  ];
  expect([first.status, second.status]).toEqual([200, 200]);
  expect(first.body.id).not.toBe(second.body.id);
  await server.admin.post(`/v1/admin/reports/${first.body.id}/resolve`, { state: 'corrected' });
  expect(await wallet(account)).toMatchObject({ available: '0', held: '0' });
  expect((await account.get('/v1/reports')).body.find((r: Json) => r.id === first.body.id).state).toBe('corrected');
});

test('ST-05: the picture travels with consent, and the corrected one comes back as an operation of 0 credits', async () => {
  const account = await withCredits(1);
  const [{ opId: resultOpId }] = (await apply(account, 1)) as [Json];
  const report = { opId: opId(), photo: 'IMG_1', resultOpId, note: 'The wheel is cut off' };
  const picture = jpeg(3_000, 3);
  expect((await declare(server, account, declared(picture), picture.length)).body.code).toBe('consent_required');
  await consent(account);
  const { id } = (await account.post('/v1/reports', { ...report, uploads: [await sent(server, account, picture)] })).body;
  const retoucher = server.as((await server.admin.post('/v1/admin/staff', { opId: opId(), name: 'Ann', role: 'retoucher' })).body.token);
  const [{ file }] = (await retoucher.post(`/v1/admin/reports/${id}/take`)).body.photos[0].uploads;
  expect((await download(server, retoucher, file)).bytes.equals(picture)).toBe(true);
  const mended = jpeg(4_000, 5);
  const upload = await sent(server, retoucher, mended, { role: 'corrected', report: id });
  const answer = { opId: opId(), state: 'corrected', uploads: [upload] };
  for (const _ of [1, 2]) await retoucher.post(`/v1/admin/reports/${id}/resolve`, answer);
  expect((await download(server, account, `/v1/reports/${id}/corrected`)).bytes.equals(mended)).toBe(true);
  const { correction } = (await account.get(`/v1/reports/${id}`)).body.photos[0];
  expect((await account.get(`/v1/operations/${correction.opId}`)).body).toMatchObject({ status: 'settled', amount: '0', charged: '0' });
  expect(await wallet(account)).toMatchObject({ available: '0', held: '0' });
  const again = { ...report, opId: opId(), resultOpId: correction.opId, note: 'Still cut off', follows: id };
  expect((await account.post('/v1/reports', again)).body).toMatchObject({ state: 'open', follows: id });
  expect(await available(account)).toBe('0');
});

test('ST-05: the charge of a picture is given back at most once, however often it is reported', async () => {
  const account = await withCredits(1);
  const [{ opId: resultOpId }] = (await apply(account, 1)) as [Json];
  const answers = [];
  for (let n = 0; n < 3; n += 1) {
    const { body } = await account.post('/v1/reports', { opId: opId(), photo: 'IMG_1', resultOpId, note: `Halo ${n}` });
    const grantBack = { bucket: 'purchased', amount: '1' };
    answers.push((await server.admin.post(`/v1/admin/reports/${body.id}/resolve`, { opId: opId(), state: 'corrected', grantBack })).status);
  }
  expect(answers).toEqual([200, 409, 409]);
  expect(await available(account)).toBe('1');
});

test('ST-05: a report is about a picture of one’s own', async () => {
  const [account, other] = [await withCredits(1), await withCredits(1)];
  const [{ opId: theirs }] = (await apply(other, 1)) as [Json];
  for (const resultOpId of [theirs, opId()]) {
    const { status, body } = await account.post('/v1/reports', { opId: opId(), photo: 'IMG_1', resultOpId, note: 'Halo' });
    expect([status, body.code]).toEqual([404, 'not_found']);
  }
});

test('ST-06: three selected photos cost three credits', async () => {
  const account = await withCredits(5);
  await apply(account, 3);
  expect(await available(account)).toBe('2');
});

test('ST-07: background and logo in two steps cost two credits, and the quote says so', async () => {
  const account = await withCredits(5);
  const first = await quote(account, applying(paper));
  expect(first.notices.join(' ')).toMatch(/logo/i);
  await apply(account, 1, paper);
  const second = await quote(account, { ...applying({ background: 'paper', logo: 'own' }), previous: paper });
  expect(second).toMatchObject({ total: '1' });
  expect(second.notices).toHaveLength(1);
  await apply(account, 1, { background: 'paper', logo: 'own' });
  expect(await available(account)).toBe('3');
});

test('ST-08: Professional Plus gives ten a slot, Professional its own number, Basic none, Premium a fair-use cap', async () => {
  await server.clock('2026-06-10T10:00:00Z');
  const monthly = async (plan: string, slots: number): Promise<string> => (await buckets(await dealer(plan, slots)))['monthly'] ?? '';
  expect(await monthly('professional-plus', 50)).toBe('500');
  expect(await monthly('professional-plus', 7)).toBe('70');
  expect(Number(await monthly('professional', 50))).toBeGreaterThan(0);
  expect(await monthly('basic', 50)).toBe('0');
  const premium = await dealer('premium', 1);
  const { allowance } = (await wallet(premium)).plan;
  expect(allowance).toMatch(/fair/i);
  expect(Number((await buckets(premium))['monthly'])).toBeGreaterThanOrEqual(1000);
});

test('ST-08: a Premium account at its cap is told fair_use_reached', async () => {
  await server.clock('2026-06-10T10:00:00Z');
  const premium = await dealer('premium', 1);
  for (let left = Number(await available(premium)); left > 0; left -= 500) {
    const operations = Array.from({ length: Math.min(500, left) }, (_, i) => ({ opId: opId(), ...applying(paper, `p${left}-${i}`) }));
    expect((await premium.post('/v1/operations', { operations })).status).toBe(200);
  }
  expect((await refusal(premium, applying())).body.code).toBe('fair_use_reached');
});

test('ST-09: on the fixed day the month’s credit is new and the rest is gone', async () => {
  await server.clock('2026-06-10T10:00:00Z');
  const account = await dealer();
  await apply(account, 10);
  await server.clock('2026-06-30T23:59:59Z');
  expect((await buckets(account))['monthly']).toBe('490');
  await server.clock('2026-07-01T00:00:00Z');
  expect((await buckets(account))['monthly']).toBe('500');
  expect((await wallet(account)).plan.renewsAt).toBe('2026-08-01T00:00:00.000Z');
});

test('ST-10: four weeks from the launch; a late joiner has the days that remain; two cycles may overlap', async () => {
  await server.clock('2026-01-15T09:00:00Z');
  const early = await dealer();
  const other = await dealer('professional');
  expect(await buckets(early)).toMatchObject({ promo: '500', monthly: '500' });
  expect((await buckets(other))['promo']).toBe('0');
  await server.clock('2026-02-01T00:00:00Z');
  expect((await buckets(early))['promo']).toBe('1000');
  await server.clock('2026-02-10T00:00:00Z');
  const late = await dealer();
  const promo = (await wallet(late)).buckets.find((b: Json) => b.bucket === 'promo');
  expect([promo.available, promo.nextExpiry]).toEqual(['500', '2026-02-12T00:00:00.000Z']);
  await server.clock('2026-02-12T00:00:00Z');
  expect((await buckets(early))['promo']).toBe('0');
  expect((await buckets(late))['promo']).toBe('0');
  expect((await buckets(await dealer()))['promo']).toBe('0');
});

test('ST-11: empty means refused, until a pack or the reset; nothing is bought by itself', async () => {
  await server.clock('2026-06-10T10:00:00Z');
  const account = await dealer('professional-plus', 1);
  await apply(account, 10);
  const { status, body } = await refusal(account, applying());
  expect([status, body.code, body.shortfall]).toEqual([402, 'insufficient_credit', '1']);
  expect(body.remedies.map((r: Json) => r.kind)).toEqual(expect.arrayContaining(['pack', 'wait']));
  await server.clock('2026-06-20T10:00:00Z');
  await refusal(account, applying());
  expect((await account.get('/v1/invoices')).body).toEqual([]);
  const waiting = await dealer('professional-plus', 1);
  await apply(waiting, 10);
  await buy(account, { packId: 'pack-50' });
  await apply(account, 1);
  await server.clock('2026-07-01T00:00:00Z');
  await apply(waiting, 1);
});

test('ST-12: a pack can be bought at any time and is valid for one year', async () => {
  const account = await withCredits(0);
  const { grant } = await buy(account, { packId: 'pack-300' });
  expect(grant).toMatchObject({ available: '300', expiresAt: '2027-06-10T10:00:00.000Z' });
  await server.clock('2027-06-10T09:59:59Z');
  expect(await available(account)).toBe('300');
  await server.clock('2027-06-10T10:00:00Z');
  expect(await available(account)).toBe('0');
});

test('ST-13: always three sizes; the larger ones cost less per credit; the better discount counts alone', async () => {
  await server.clock('2026-06-10T10:00:00Z');
  for (const plan of ['basic', 'professional', 'professional-plus', 'premium']) {
    const packs = (await (await dealer(plan)).get('/v1/packs')).body;
    expect(packs).toHaveLength(3);
    const each = packs.map((p: Json) => minor(p.price.amount) / Number(p.credits));
    expect([...each].sort((a, b) => b - a)).toEqual(each);
    const full = each[0] ?? 0;
    for (const pack of packs) expect(minor(pack.price.amount)).toBeGreaterThanOrEqual(Math.floor(full * Number(pack.credits) * 0.75));
  }
});

test('ST-14: Basic’s packs are larger', async () => {
  await server.clock('2026-06-10T10:00:00Z');
  const sizes = async (plan: string): Promise<number[]> =>
    (await (await dealer(plan)).get('/v1/packs')).body.map((p: Json) => Number(p.credits));
  const [basic, plus] = [await sizes('basic'), await sizes('professional-plus')];
  for (const [i, size] of basic.entries()) expect(size).toBeGreaterThan(plus[i] ?? 0);
});

test('ST-15: every purchase has its invoice, as PDF too', async () => {
  const account = await withCredits(0);
  const bought = [await buy(account, { packId: 'pack-300' }), await buy(account, { packId: 'pack-600' })];
  const listed = (await account.get('/v1/invoices')).body;
  expect(listed.map((i: Json) => [i.number, i.net])).toEqual(bought.map((b) => [b.purchase.invoice, b.purchase.paid]));
  for (const { number } of listed) {
    const { status, body } = await account.get(`/v1/invoices/${number}.pdf`);
    // A refusal is JSON and has no bytes: first whether it was answered, and with its sentence when it was not.
    expect(status, JSON.stringify(body)).toBe(200);
    expect(body.subarray(0, 5).toString()).toBe('%PDF-');
  }
});

test('ST-15: what is billed may be open up to a limit; a bill that staff notes as paid makes room again', async () => {
  await server.clock('2026-06-10T10:00:00Z');
  const account = await server.account({ country: 'DE', onAccount: { limit: '100.00' } });
  const [pack] = (await account.get('/v1/packs')).body;
  const order = () => account.post('/v1/purchases', { opId: opId(), packId: pack.id });
  const first = (await order()).body.invoice;
  const refused = await order();
  expect([refused.status, refused.body.code, refused.body.open]).toEqual([402, 'credit_limit_reached', first.total]);
  expect(await available(account)).toBe('300');
  const noted = { opId: opId(), reason: 'bank transfer' };
  expect((await server.admin.post(`/v1/admin/accounts/${account.accountId}/invoices/${first.number}/paid`, noted)).body.state).toBe('paid');
  expect((await order()).status).toBe(200);
});

test('ST-16: promotion, then monthly, then purchased; no paid credit while a free one is left', async () => {
  await server.clock('2026-01-20T10:00:00Z');
  const account = await dealer('professional-plus', 1);
  await buy(account, { packId: 'pack-50' });
  const drawn: Record<string, number>[] = [];
  for (let i = 0; i < 5; i += 1) {
    const receipts = await apply(account, 5);
    drawn.push(countBy(receipts.flatMap((r: Json) => r.slices)));
  }
  expect(drawn).toEqual([{ promo: 5 }, { promo: 5 }, { monthly: 5 }, { monthly: 5 }, { purchased: 5 }]);
});

function countBy(slices: Json[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { bucket, amount } of slices) counts[bucket] = (counts[bucket] ?? 0) + Number(amount);
  return counts;
}

test('ST-17: the balance and its breakdown: promotional, monthly, purchased', async () => {
  await server.clock('2026-01-20T10:00:00Z');
  const account = await dealer();
  await buy(account, { packId: 'pack-100' });
  const { available: total, buckets: parts } = await wallet(account);
  expect(parts.map((b: Json) => [b.bucket, b.available])).toEqual([
    ['promo', '500'],
    ['monthly', '500'],
    ['purchased', '100'],
  ]);
  expect(total).toBe('1100');
  for (const { label } of parts) expect(label.length).toBeGreaterThan(3);
});
