/** E-mail, through a real SMTP server: what is told, in which language, once, and later when the mail server refuses. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDatabase } from '../../../server/db/database.ts';
import { databaseUrlOf } from '../../cluster/databases.ts';
import { type FakeStripe, startFakeStripe } from '../payments/fake-stripe.ts';
import { type Account, failingStart, opId, type RunningServer, startServer, temporaryFolder } from '../server/running-server.ts';
import { type MailServer, PASSWORD, startMailServer } from './mail-server.ts';

let mail: MailServer;
let stripe: FakeStripe;
let server: RunningServer;

beforeAll(async () => {
  mail = await startMailServer();
  stripe = await startFakeStripe();
  server = await startServer({ env: { ...stripe.env, SMTP_URL: mail.url, MAIL_FROM: 'studio@backlot.example' } });
});
afterAll(async () => {
  await server.stop();
  await stripe.stop();
  await mail.stop();
});

const START = Date.parse('2026-03-01T09:00:00Z');
const at = async (days: number, minutes = 0): Promise<void> => {
  await server.clock(new Date(START + days * 86_400_000 + minutes * 60_000).toISOString());
  await server.sweep();
};
let people = 0;
async function person(request: Record<string, unknown> = {}): Promise<{ account: Account; email: string }> {
  const email = `person-${++people}@example.com`;
  return { account: await server.account({ email, name: 'Ada', country: 'DE', plan: 'professional', ...request }), email };
}
const mailsTo = (email: string) => mail.mails.filter(({ to }) => [to].flat().some((each) => each?.text.includes(email)));
const subjects = (email: string) => mailsTo(email).map(({ subject }) => subject);
const adjust = (account: Account, direction: string, amount: string) =>
  server.admin.post(`/v1/admin/accounts/${account.accountId}/adjustments`, {
    opId: opId(),
    direction,
    bucket: 'purchased',
    amount,
    reason: 'x',
  });

describe('a receipt', () => {
  test('is written once, in the account’s language, with the invoice attached', async () => {
    await at(0);
    const { account, email } = await person({ language: 'de' });
    const { invoice } = (await account.post('/v1/purchases', { opId: opId(), packId: 'pack-50' })).body;
    await at(0, 1);
    await at(0, 2);
    const [letter, ...others] = mailsTo(email).filter(({ attachments }) => attachments.length > 0);
    expect(others).toEqual([]);
    expect(letter?.subject).toBe(`Rechnung ${invoice.number}`);
    expect(letter?.text).toContain('Guten Tag Ada,');
    expect(letter?.text).toContain('11,90 EUR');
    expect(letter?.from?.value[0]).toEqual({ name: 'Backlot Studio', address: 'studio@backlot.example' });
    const [pdf] = letter?.attachments ?? [];
    expect([pdf?.filename, pdf?.contentType]).toEqual([`${invoice.number}.pdf`, 'application/pdf']);
    expect(pdf?.content.equals((await account.get(`/v1/invoices/${invoice.number}.pdf`)).body)).toBe(true);
  });

  test('is written for a credit note, too', async () => {
    const { account, email } = await person({ language: 'pl' });
    const { purchase } = (await account.post('/v1/purchases', { opId: opId(), packId: 'pack-50' })).body;
    const refund = { opId: opId(), purchaseId: purchase.opId, basis: 'goodwill', reason: 'x' };
    await server.admin.post(`/v1/admin/accounts/${account.accountId}/refunds`, refund);
    await server.sweep();
    expect(subjects(email).map((subject) => subject?.split(' BL')[0])).toEqual(expect.arrayContaining(['Faktura', 'Faktura korygująca']));
  });
});

describe('a wallet', () => {
  test('that runs low says so once, again when it ran low again, and when it is empty', async () => {
    const { account, email } = await person();
    await server.sweep();
    await adjust(account, 'add', '30');
    await server.sweep();
    expect(subjects(email)).toEqual([]);
    await adjust(account, 'take', '15');
    await server.sweep();
    await adjust(account, 'take', '1');
    await server.sweep();
    expect(subjects(email)).toEqual(['Your balance is low: 15 credits left']);
    await adjust(account, 'add', '10');
    await server.sweep();
    await adjust(account, 'take', '23');
    await server.sweep();
    await adjust(account, 'take', '1');
    await server.sweep();
    expect(subjects(email).slice(1)).toEqual(['Your balance is low: 1 credit left', 'Your credit is used up']);
  });

  test('warns of expiry by time alone, a month and a week before', async () => {
    const { account, email } = await person({ language: 'fr' });
    await server.grant(account.accountId, 'purchased', '40', new Date(START + 60 * 86_400_000).toISOString());
    await at(20);
    expect(subjects(email)).toEqual([]);
    await at(31);
    await at(32);
    expect(subjects(email)).toEqual(['Expiration le 30 avril 2026 : 40 crédits']);
    await at(54);
    expect(mailsTo(email)).toHaveLength(2);
  });
});

test('a renewal that fails is explained, each attempt once, in the end with the credit note', async () => {
  await at(60);
  const { account, email } = await person({ policy: 'generative-suite', plan: undefined });
  const { body } = await account.post('/v1/subscription', { opId: opId(), action: 'subscribe', plan: 'max', provider: 'stripe' });
  const { customer } = stripe.session(body.checkoutUrl);
  await stripe.deliver(server.url, stripe.pay(body.checkoutUrl));
  stripe.setCard(customer, 'declined');
  await at(91);
  await at(91, 1);
  const failed = () => subjects(email).filter((subject) => /renewal|plan/.test(subject ?? ''));
  expect(failed()).toEqual(['Your renewal could not be charged']);
  const explained = mailsTo(email).find(({ subject }) => subject === 'Your renewal could not be charged');
  expect(explained?.text).toMatch(/Nothing was charged\. It is tried again on \d+ June 2026/);
  for (let day = 92; day < 115; day++) await at(day);
  expect(failed().at(-1)).toBe('Your plan has ended');
  expect(failed().filter((subject) => subject === 'Your plan has ended')).toHaveLength(1);
  expect(subjects(email).some((subject) => subject?.startsWith('Credit note'))).toBe(true);
});

describe('a mail server that refuses', () => {
  test('is asked again later, and the letter comes once, as the same message', async () => {
    await at(120);
    const { account, email } = await person();
    mail.refuse(451, 2);
    const before = mail.refused;
    await account.post('/v1/purchases', { opId: opId(), packId: 'pack-100' });
    await server.sweep();
    await server.sweep();
    expect([mail.refused - before, mailsTo(email)]).toEqual([1, []]);
    await at(120, 2);
    expect([mail.refused - before, mailsTo(email)]).toEqual([2, []]);
    await at(120, 3);
    expect(mailsTo(email)).toEqual([]);
    await at(120, 10);
    await at(121);
    expect(mailsTo(email)).toHaveLength(1);
  });

  test('for good is not asked again', async () => {
    const { account, email } = await person();
    mail.refuse(550, 1);
    await account.post('/v1/purchases', { opId: opId(), packId: 'pack-100' });
    await server.sweep();
    await at(130);
    expect(mailsTo(email)).toEqual([]);
    const db = await openDatabase({ databaseUrl: databaseUrlOf(server.folder), dataFolder: server.folder, connections: 1 });
    try {
      const { rows } = await db.pool.query('select state, attempts, trouble from deliveries where account_id = $1', [account.accountId]);
      expect(rows).toEqual([{ state: 'failed', attempts: 1, trouble: 'the mail server answered 550' }]);
      const { rows: said } = await db.pool.query(
        'select * from deliveries union all select null, null, null, null, 0, null, null, name || value, null from settings',
      );
      expect(JSON.stringify(said)).not.toContain(PASSWORD);
    } finally {
      await db.close();
    }
  });

  test('or is not there when the server is killed: what waited is sent after the restart', async () => {
    const folder = temporaryFolder();
    const gone = await startMailServer();
    await gone.stop();
    const first = await startServer({ folder, keep: true, env: { SMTP_URL: gone.url } });
    const account = await first.account({ email: 'later@example.com', plan: 'professional' });
    await account.post('/v1/purchases', { opId: opId(), packId: 'pack-50' });
    await first.kill();
    const back = await startMailServer(Number(new URL(gone.url).port));
    const second = await startServer({ folder, env: { SMTP_URL: gone.url } });
    try {
      await second.clock(new Date(Date.now() + 3_600_000).toISOString());
      await second.sweep();
      await second.sweep();
      expect(back.mails.map(({ subject }) => subject?.slice(0, 7))).toEqual(['Invoice']);
    } finally {
      await second.stop();
      await back.stop();
    }
  });
});

test.each([['https://user:hidden@host'], ['smtp://'], ['hidden']])('SMTP_URL %s is refused at start, without saying it', async (url) => {
  const { code, said } = await failingStart([], { SMTP_URL: url });
  expect([code, said.includes('SMTP_URL'), said.includes('hidden')]).toEqual([1, true, false]);
});
