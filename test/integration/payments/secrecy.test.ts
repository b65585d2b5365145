/** Keys are in no log, no answer and no table, whatever goes wrong; and of a card nothing ever arrives here. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase } from '../../../server/db/database.ts';
import { databaseUrlOf } from '../../cluster/databases.ts';
import { failingStart, type Json, opId, type RunningServer, startServer, temporaryFolder } from '../server/running-server.ts';
import { type FakePaddle, PADDLE_KEY, PADDLE_WEBHOOK_SECRET, startFakePaddle } from './fake-paddle.ts';
import { type FakeStripe, STRIPE_KEY, STRIPE_WEBHOOK_SECRET, startFakeStripe } from './fake-stripe.ts';

const SECRETS = [STRIPE_KEY, STRIPE_WEBHOOK_SECRET, PADDLE_KEY, PADDLE_WEBHOOK_SECRET];

let stripe: FakeStripe;
let paddle: FakePaddle;

beforeAll(async () => {
  [stripe, paddle] = [await startFakeStripe(), await startFakePaddle()];
});
afterAll(async () => {
  await stripe.stop();
  await paddle.stop();
});

const withoutSecrets = (text: string): void => {
  for (const secret of SECRETS) expect(text).not.toContain(secret);
};

test('no key is said, answered or stored, though everything goes wrong', async () => {
  const folder = temporaryFolder();
  const env = { ...stripe.env, ...paddle.env };
  const server: RunningServer = await startServer({ folder, keep: true, env, policy: 'generative-suite' });
  const said: string[] = [server.said()];
  const hear = (answer: { body: Json }): void => void said.push(JSON.stringify(answer.body));
  const account = await server.account({ country: 'DE' });
  const prepaid = await server.account({ policy: 'pay-as-you-go' });
  const bought = await account.post('/v1/purchases', { opId: opId(), packId: 'pack-500', provider: 'stripe' });
  const events = stripe.pay(bought.body.checkoutUrl);
  events[1].data.object.payment_method_details = { card: { number: '4242424242424242', last4: '4242' } };
  await stripe.deliver(server.url, events);
  stripe.breakNext(3);
  paddle.breakNext(1);
  hear(bought);
  hear(await account.post('/v1/purchases', { opId: opId(), packId: 'pack-500', provider: 'stripe' }));
  hear(await prepaid.post('/v1/purchases', { opId: opId(), amount: '5.00', provider: 'paddle' }));
  for (const provider of ['stripe', 'paddle'])
    hear(await account.call('POST', `/v1/webhooks/${provider}`, { secrets: SECRETS.length, type: 'checkout.session.completed' }));
  hear(await account.get('/v1/openapi.json'));
  hear(await server.admin.get('/v1/policy'));

  const db = await openDatabase({ databaseUrl: databaseUrlOf(folder), dataFolder: folder });
  const { rows } = await db.pool.query<{ table_name: string }>(
    `select table_name from information_schema.tables where table_schema = 'public'`,
  );
  for (const { table_name } of rows) said.push(JSON.stringify((await db.pool.query(`select * from "${table_name}"`)).rows));
  await db.close();
  said.push(server.said());
  withoutSecrets(said.join('\n'));
  // Nor anything of a card, though the event carried it.
  expect(said.join('\n')).not.toContain('4242');
  await server.stop();
});

test('a wrong key is refused by the provider, and its answer, which repeats the key, is not passed on', async () => {
  const wrong = { ...stripe.env, STRIPE_SECRET_KEY: 'sk_live_wrong_key_0000' };
  const server = await startServer({ env: wrong, policy: 'generative-suite' });
  const { status, body } = await (await server.account()).post('/v1/purchases', { opId: opId(), packId: 'pack-500', provider: 'stripe' });
  expect([status, body.code]).toEqual([503, 'payment_unavailable']);
  expect(JSON.stringify(body) + server.said()).not.toContain('sk_live_wrong_key');
  await server.stop();
});

test('half a configuration is refused at the start, in words without values', async () => {
  const { code, said } = await failingStart(['--data', temporaryFolder()], { STRIPE_SECRET_KEY: STRIPE_KEY });
  expect([code, said.includes('STRIPE_WEBHOOK_SECRET is not')]).toEqual([1, true]);
  withoutSecrets(said);
});
