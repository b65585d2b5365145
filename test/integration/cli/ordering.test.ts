/** What costs money on the command line: packs, amounts, generations, plans; and what proves it: invoices, the exported ledger. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commands } from '../../../cli/program.ts';
import { type Account, type Json, type RunningServer, startServer } from '../server/running-server.ts';
import { backlot, backlotAnswered, type Ended, environmentFor, ledgerShows, started } from './command-line.ts';

let server: RunningServer;
const folder = mkdtempSync(join(tmpdir(), 'backlot-cli-order-'));

beforeAll(async () => {
  server = await startServer({ policy: 'pay-as-you-go' });
  await server.clock('2026-03-02T09:00:00Z');
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function customer(policy: string, more: object = {}): Promise<{ account: Account; env: NodeJS.ProcessEnv; data: string }> {
  const account = await server.account({ policy, country: 'DE', ...more });
  const data = mkdtempSync(join(folder, 'data-'));
  return { account, env: environmentFor(server, account, data), data };
}
/** The JSON of a command that has to be done, by its own schema. */
function done(name: string, { code, out, err }: Ended): Json {
  expect({ code, err }, out).toEqual({ code: 0, err: '' });
  const schema = commands.find((command) => command.name === name)?.output;
  expect(schema?.safeParse(JSON.parse(out)).error).toBeUndefined();
  return JSON.parse(out);
}
const walletOf = async (account: Account) => (await account.get('/v1/wallet')).body;

describe('buy', () => {
  it('asks for a word of its own; with --yes it orders, and the invoice can be listed and saved', async () => {
    const { account, env, data } = await customer('background-studio', { plan: 'basic' });
    const pack = (await account.get('/v1/packs')).body[0];
    const asked = await backlot(env, 'buy', pack.id);
    expect(asked).toMatchObject({ code: 2, out: '', err: expect.stringContaining('Say so with --yes. Nothing was charged.') });
    expect(await walletOf(account)).toMatchObject({ available: '0' });

    const bought = done('buy', await backlot(env, 'buy', pack.id, '--yes', '--json'));
    expect(bought).toMatchObject({ available: pack.credits, purchase: { packId: pack.id, status: 'complete' } });
    const { number } = bought.invoice;
    expect(done('invoices', await backlot(env, 'invoices', '--json')).invoices).toMatchObject([{ number }]);
    const file = join(data, 'invoice.pdf');
    expect(done('invoices', await backlot(env, 'invoices', number, '--out', file, '--json'))).toMatchObject({ savedTo: file });
    expect(readFileSync(file).subarray(0, 5).toString()).toBe('%PDF-');
    expect(await backlot(env, 'invoices', number, '--out', file)).toMatchObject({
      code: 2,
      err: expect.stringContaining('not overwritten'),
    });
    expect(await backlot(env, 'invoices', 'BL-2026-999999')).toMatchObject({ code: 1, err: expect.stringContaining('no invoice') });
  });

  it('at a terminal it asks: anything but yes orders nothing', async () => {
    const { account, env } = await customer('background-studio', { plan: 'basic' });
    const pack = (await account.get('/v1/packs')).body[0];
    for (const line of ['n', '', 'yesterday'])
      expect(await backlotAnswered(line, env, 'buy', pack.id)).toMatchObject({
        code: 1,
        out: '',
        err: expect.stringContaining('Nothing was ordered and nothing was charged.'),
      });
    expect(await walletOf(account)).toMatchObject({ available: '0' });
    expect(await backlotAnswered('Y', env, 'buy', pack.id)).toMatchObject({ code: 0, out: expect.stringContaining('Bought') });
    expect(await walletOf(account)).toMatchObject({ available: pack.credits });
  });

  it('killed after the order left and run again: ordered once', async () => {
    const { account, env } = await customer('background-studio', { plan: 'basic' });
    const pack = (await account.get('/v1/packs')).body[0];
    const { child, ended } = started(env, 'buy', pack.id, '--yes');
    await ledgerShows(account, async () => (await walletOf(account)).available !== '0');
    child.kill('SIGKILL');
    await ended;
    // Either the first run had told its outcome just before, and then this is a second order; or it is the same one.
    const again = await backlot(env, 'buy', pack.id, '--yes');
    const orders = again.err.includes('taken up under its number') ? 1 : 2;
    expect(await walletOf(account)).toMatchObject({ available: String(Number(pack.credits) * orders) });
  });

  it('an unknown pack, two wishes at once, and no wish', async () => {
    const { env } = await customer('background-studio', { plan: 'basic' });
    expect(await backlot(env, 'buy', 'pack-7', '--yes')).toMatchObject({
      code: 1,
      err: expect.stringContaining('There is no pack "pack-7"'),
    });
    expect(await backlot(env, 'buy', 'pack-7', '--amount', '20', '--yes')).toMatchObject({ code: 2 });
    expect(await backlot(env, 'buy', '--yes')).toMatchObject({ code: 2 });
  });

  it('a provider that is not set up says so and charges nothing', async () => {
    const { account, env } = await customer('background-studio', { plan: 'basic' });
    const pack = (await account.get('/v1/packs')).body[0];
    const ended = await backlot(env, 'buy', pack.id, '--provider', 'stripe', '--yes');
    expect(ended).toMatchObject({ code: 1, out: '' });
    expect(await walletOf(account)).toMatchObject({ available: '0' });
  });
});

describe('generate', () => {
  it('saves the picture, tells the actual cost and the balance, and never overwrites', async () => {
    const { account, env, data } = await customer('pay-as-you-go');
    done('buy', await backlot(env, 'buy', '--amount', '5', '--yes', '--json'));
    const file = join(data, 'backdrop.jpg');
    const words = ['generate', '--model', 'backdrop-lite', '--style', 'concrete', '--seed', '7', '--out', file];
    const drawn = done('generate', await backlot(env, ...words, '--json'));
    expect(drawn).toMatchObject({
      status: 'done',
      savedTo: file,
      cost_eur: drawn.cost,
      balance_eur: (await walletOf(account)).balance_eur,
    });
    expect((await sharp(file).metadata()).format).toBe('jpeg');
    expect(await backlot(env, ...words)).toMatchObject({ code: 2, err: expect.stringContaining('not overwritten') });
  });

  it('a drawing that fails charges nothing and ends with 1', async () => {
    const { account, env, data } = await customer('pay-as-you-go');
    done('buy', await backlot(env, 'buy', '--amount', '5', '--yes', '--json'));
    const before = (await walletOf(account)).available;
    await server.admin.post('/v1/admin/generations/fail-next', { count: 1 });
    const file = join(data, 'backdrop.jpg');
    const ended = await backlot(env, 'generate', '--model', 'backdrop-lite', '--out', file);
    expect(ended).toMatchObject({ code: 1, out: expect.stringContaining('Nothing was charged.') });
    expect(await walletOf(account)).toMatchObject({ available: before, held: '0.0000' });
    expect(existsSync(file)).toBe(false);
  });

  it('without a balance it ends with 4; below the least top-up nothing is ordered', async () => {
    const { env, data } = await customer('generative-suite', { country: 'US' });
    const ended = await backlot(env, 'generate', '--model', 'backdrop-lite', '--out', join(data, 'a.jpg'));
    expect(ended).toMatchObject({ code: 4, out: '', err: expect.stringContaining('Nothing was charged') });
    const payer = await customer('pay-as-you-go');
    expect(await backlot(payer.env, 'buy', '--amount', '4.99', '--yes')).toMatchObject({
      code: 1,
      err: expect.stringContaining('The least'),
    });
  });
});

it('plan shows, quotes without changing anything, and changes with --yes', async () => {
  const { account, env } = await customer('generative-suite', { country: 'US' });
  const shown = done('plan', await backlot(env, 'plan', '--json'));
  expect(shown).toMatchObject({ changed: false, quote: null });
  const target = shown.plans[0].id;
  expect(shown.subscription.plan).toBe(null);
  const quoted = done('plan', await backlot(env, 'plan', 'subscribe', target, '--dry-run', '--json'));
  expect(quoted.changed).toBe(false);
  expect((await walletOf(account)).plan).toBe(null);
  const changed = done('plan', await backlot(env, 'plan', 'subscribe', target, '--yes', '--json'));
  expect(changed).toMatchObject({ changed: true, quote: { net: quoted.quote.net } });
  expect(await backlot(env, 'plan', 'stop')).toMatchObject({ code: 2, err: expect.stringContaining('action stop: one of subscribe') });
  expect(await backlot(env, 'plan', 'change', 'nosuch', '--yes')).toMatchObject({ code: 1 });
});

it('export writes every entry of the ledger, to a pipe and to a file', async () => {
  const { account, env, data } = await customer('background-studio', { plan: 'basic' });
  await server.grant(account.accountId, 'purchased', '12');
  const { entries } = (await account.get('/v1/ledger')).body;
  const piped = await backlot(env, 'export');
  expect(piped.code).toBe(0);
  expect(piped.out.trimEnd().split('\r\n')).toHaveLength(entries.length + 1);
  const file = join(data, 'history.csv');
  expect(done('export', await backlot(env, 'export', '--out', file, '--json'))).toMatchObject({ rows: entries.length, savedTo: file });
  expect(readFileSync(file, 'utf8')).toBe(piped.out);
});
