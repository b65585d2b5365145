/** `backlot process`: free and offline under one policy, at a flat price and never twice under another. */
import type { EventEmitter } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { processing } from '../../../cli/commands/process.ts';
import { accountFolder } from '../../../cli/places.ts';
import { tryLock } from '../../../electron/storage/file-lock.ts';
import { accountIdFrom } from '../../../shared/credits/model/minting.ts';
import { type Account, type RunningServer, startServer } from '../server/running-server.ts';
import { backlot, backlotUntil, environmentFor } from './command-line.ts';

let server: RunningServer;
const folder = mkdtempSync(join(tmpdir(), 'backlot-cli-process-'));
const photos = join(folder, 'photos');
const logo = join(folder, 'logo.png');

beforeAll(async () => {
  server = await startServer({ policy: 'pay-as-you-go' });
  await server.clock('2026-03-02T09:00:00Z');
  mkdirSync(photos);
  for (const [name, background] of Object.entries({ 'one.jpg': '#a03020', 'two.png': '#3020a0' }))
    await sharp({ create: { width: 320, height: 200, channels: 3, background } }).toFile(join(photos, name));
  await sharp({ create: { width: 64, height: 32, channels: 4, background: '#c01020' } }).toFile(logo);
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function customer(policy: string): Promise<{ account: Account; env: NodeJS.ProcessEnv; out: string }> {
  const account = await server.account({ policy, country: 'DE' });
  const data = mkdtempSync(join(folder, 'data-'));
  return { account, env: environmentFor(server, account, data), out: join(data, 'out') };
}
const walletOf = async (account: Account) => (await account.get('/v1/wallet')).body;
const freeSteps = ['--step', 'fit:width=100,height=100', '--step', 'grayscale', '--step', 'convert:format=webp'];
const steps = [...freeSteps, '--step', `watermark:file=${logo}`];

it('is free where the policy asks nothing, and then needs no network', async () => {
  const { account, env, out } = await customer('background-studio');
  const before = await walletOf(account);
  expect((await backlot(env, 'history')).code).toBe(0);
  const ended = await backlot({ ...env, BACKLOT_SERVER_URL: 'http://127.0.0.1:9' }, 'process', photos, ...freeSteps, '--out', out);
  expect(ended).toMatchObject({ code: 0, err: '', out: expect.stringContaining('Processed 2 of 2 photos. Nothing was charged.') });
  expect(readdirSync(out).sort()).toEqual(['one.webp', 'two.webp']);
  expect(await sharp(join(out, 'one.webp')).metadata()).toMatchObject({ width: 100, height: 63, format: 'webp' });
  expect((await walletOf(account)).seq).toBe(before.seq);
});

it('ST-02: a logo is placed with Apply changes and never by a free step, with and without a network', async () => {
  const { env, out } = await customer('background-studio');
  expect((await backlot(env, 'history')).code).toBe(0);
  for (const BACKLOT_SERVER_URL of [env['BACKLOT_SERVER_URL'], 'http://127.0.0.1:9']) {
    const ended = await backlot({ ...env, BACKLOT_SERVER_URL }, 'process', photos, ...steps, '--out', out);
    expect(ended).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringContaining('A logo is placed with Apply changes, one credit per photo. Nothing was charged.'),
    });
  }
  expect(readdirSync(out)).toEqual([]);
});

it('waits its turn while another command works for the account, and says so; interrupted meanwhile, nothing was begun', async () => {
  const { account, env, out } = await customer('pay-as-you-go');
  const before = await walletOf(account);
  const turn = tryLock(join(accountFolder(env['BACKLOT_DATA'] ?? '', accountIdFrom(account.accountId)), 'processing'));
  const words = ['process', photos, ...freeSteps, '--out', out];
  const waits = 'This one waits its turn; it holds and charges nothing meanwhile.';
  // From the terminal and from the first step it comes twice at once, which is one Ctrl-C.
  const twice = (host: EventEmitter): boolean => host.emit('SIGINT') && host.emit('SIGINT');
  expect(await backlotUntil(waits, twice, env, ...words)).toMatchObject({
    code: 130,
    err: expect.stringContaining('Nothing was begun or charged by this command.'),
  });
  expect(await walletOf(account)).toEqual(before);
  const ended = await backlotUntil(waits, () => turn?.end(), env, ...words);
  expect(ended).toMatchObject({ code: 0, out: expect.stringContaining('Processed 2 of 2 photos.') });
});

it('costs the sum of its steps for each photo, once: run again it charges nothing', async () => {
  const { account, env, out } = await customer('pay-as-you-go');
  await account.post('/v1/purchases', { opId: crypto.randomUUID(), amount: '5.00' });
  const before = Number((await walletOf(account)).available);
  const words = ['process', photos, ...steps, '--out', out, '--json'];
  const first = await backlot(env, ...words);
  expect({ code: first.code, err: first.err }).toEqual({ code: 0, err: '' });
  const said = processing.output.safeParse(JSON.parse(first.out));
  expect(said.error).toBeUndefined();
  const { charged } = JSON.parse(first.out);
  expect(Number(charged)).toBeGreaterThan(0);
  const after = await walletOf(account);
  expect(after).toMatchObject({ held: '0.0000', available: (before - Number(charged)).toFixed(4) });
  const again = await backlot(env, ...words);
  expect(JSON.parse(again.out)).toMatchObject({ charged: '0.0000' });
  expect((await walletOf(account)).available).toBe(after.available);
  expect(readdirSync(out).sort()).toEqual(['one.webp', 'two.webp']);
});

it('a photo that fails costs nothing and does not stop the others: 5', async () => {
  const { account, env, out } = await customer('pay-as-you-go');
  const bad = join(folder, 'broken.jpg');
  writeFileSync(bad, 'no picture');
  const ended = await backlot(env, 'process', bad, join(photos, 'one.jpg'), '--step', 'mirror', '--out', out, '--json');
  expect(ended.code).toBe(5);
  expect(JSON.parse(ended.out).photos).toMatchObject([
    { charged: '0.0000', savedTo: null, problem: { file: 'broken.jpg' } },
    { problem: null },
  ]);
  expect(await walletOf(account)).toMatchObject({ held: '0.0000' });
});

it.each([
  [['--step', 'compress:quality=101'], 2, 'quality cannot be 101'],
  [['--step', 'polish'], 2, 'There is no step "polish"'],
  [['--step', 'resize:1200'], 2, 'is not written name=value'],
  [['--step', 'watermark'], 2, 'needs its picture'],
  [[], 2, 'at least one --step'],
  [['--step', 'watermark:file=nowhere.png'], 1, 'nowhere.png'],
])('%j: %i', async (words, code, why) => {
  const { account, env, out } = await customer('pay-as-you-go');
  const before = await walletOf(account);
  expect(await backlot(env, 'process', photos, ...words, '--out', out)).toMatchObject({ code, out: '', err: expect.stringContaining(why) });
  expect(await walletOf(account)).toMatchObject({ seq: before.seq, held: '0.0000' });
});
