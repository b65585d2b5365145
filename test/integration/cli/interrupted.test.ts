/** The network goes away in the middle, the sign-in expires, the output folder is in the way: what was and was not charged, and how it goes on. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Cable, layCable } from '../../e2e/proxy.ts';
import { type Account, type RunningServer, startServer } from '../server/running-server.ts';
import { type MachineBetween, machineBetween, passing } from '../wallet/machine-between.ts';
import { backlot, backlotScript, type Ended, entriesOf, environmentFor, ledgerShows } from './command-line.ts';

let server: RunningServer;
let machine: MachineBetween;
/** To the machine. */
let cable: Cable;
const folder = mkdtempSync(join(tmpdir(), 'backlot-cli-network-'));
const photos = join(folder, 'photos');
const names = ['one.jpg', 'two.jpg', 'three.jpg'];

beforeAll(async () => {
  server = await startServer({ policy: 'pay-as-you-go' });
  await server.clock('2026-03-02T09:00:00Z');
  machine = await machineBetween(server.url);
  cable = await layCable(new URL(machine.url));
  mkdirSync(photos);
  for (const [index, name] of names.entries()) {
    // Flat, so that it is soon looked through for wheels.
    const subject = Buffer.from(`<svg width="320" height="200"><ellipse cx="160" cy="100" rx="6${index}" ry="8" fill="#b3202a"/></svg>`);
    const picture = sharp({ create: { width: 320, height: 200, channels: 3, background: '#d8d8d0' } });
    await picture
      .composite([{ input: subject }])
      .jpeg()
      .toFile(join(photos, name));
  }
});
afterAll(async () => {
  await cable.close();
  await machine.close();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function customer(policy: 'background-studio' | 'pay-as-you-go'): Promise<{ account: Account; env: NodeJS.ProcessEnv; out: string }> {
  const account = await server.account({ policy, country: 'DE', ...(policy === 'pay-as-you-go' ? {} : { plan: 'basic' }) });
  if (policy === 'pay-as-you-go') await account.post('/v1/purchases', { opId: crypto.randomUUID(), amount: '5.00' });
  else await server.grant(account.accountId, 'purchased', '10');
  const data = mkdtempSync(join(folder, 'data-'));
  return { account, env: environmentFor({ url: cable.url }, account, data), out: join(data, 'out') };
}
const walletOf = async (account: Account) => (await account.get('/v1/wallet')).body;
const settledOf = (account: Account): Promise<number> => entriesOf(account, 'settled');

/** Runs it and pulls the cable once the server knows of a hold; however fast it works, no settlement goes through before. */
async function cutAtFirstHold(account: Account, env: NodeJS.ProcessEnv, ...words: string[]): Promise<Ended> {
  machine.rule = (_method, url) => (url.endsWith('/settle') ? 'say nothing' : 'pass');
  const ended = backlot(env, ...words);
  await ledgerShows(account, async () => (await entriesOf(account, 'held')) > 0);
  await cable.pull();
  machine.rule = passing;
  return ended;
}

describe('the network goes away', () => {
  it('apply waits as long as it is told, ends with 3, and run again finishes: each photo charged once', async () => {
    const { account, env, out } = await customer('background-studio');
    const words = ['apply', photos, '--background', 'paper', '--out', out, '--wait', '1'];
    const cut = await cutAtFirstHold(account, env, ...words);
    await cable.plug();
    expect(cut).toMatchObject({ code: 3, out: '', err: expect.stringContaining('away for 1 s') });
    expect(cut.err).toContain('nothing is charged twice');
    expect(await backlot(env, ...words)).toMatchObject({ code: 0 });
    expect(readdirSync(out).sort()).toEqual([...names].sort());
    expect(await walletOf(account)).toMatchObject({ available: '7', held: '0' });
    expect(await settledOf(account)).toBe(3);
  });

  it('process waits, ends with 3, and run again finishes: each photo charged once', async () => {
    const { account, env, out } = await customer('pay-as-you-go');
    const before = Number((await walletOf(account)).available);
    const words = ['process', photos, '--step', 'resize:width=100', '--out', out, '--wait', '0', '--json'];
    const cut = await cutAtFirstHold(account, env, ...words);
    await cable.plug();
    expect(cut.code).toBe(3);
    expect(JSON.parse(cut.out)).toMatchObject({
      problem: { code: 'offline', message: expect.stringContaining('nothing is charged twice') },
    });
    const again = await backlot(env, ...words);
    expect(again.code).toBe(0);
    expect(readdirSync(out).sort()).toEqual([...names].sort());
    const after = await walletOf(account);
    expect(after.held).toBe('0.0000');
    expect(await settledOf(account)).toBe(3);
    expect((before - Number(after.available)).toFixed(4)).toBe((3 * 0.001).toFixed(4));
    const history = await backlot(env, 'history');
    for (const name of names) expect(history.out).toContain(`Processed ${name}: 1 step`);
  });

  it('a short absence is only waited for', async () => {
    const { account, env, out } = await customer('pay-as-you-go');
    const ended = cutAtFirstHold(account, env, 'process', photos, '--step', 'mirror', '--out', out, '--wait', '300');
    await Promise.race([ended, pulled()]);
    await cable.plug();
    expect(await ended).toMatchObject({ code: 0, out: expect.stringContaining('Processed 3 of 3 photos') });
    expect(await settledOf(account)).toBe(3);
  });
  /** Once nobody answers at its address any more. */
  async function pulled(): Promise<void> {
    for (;;) {
      const answers = await fetch(new URL('/v1/keys', cable.url)).then(
        () => true,
        () => false,
      );
      if (!answers) return;
    }
  }
});

describe('a token that has expired: 6, and nothing is charged', () => {
  it.each([
    [['balance']],
    [['wallet']],
    [['packs']],
    [['quote', '--count', '1']],
    [['apply', photos, '--background', 'paper', '--out', 'OUT']],
    [['process', photos, '--step', 'mirror', '--out', 'OUT']],
    [['buy', '--amount', '5', '--yes']],
    [['generate', '--model', 'backdrop-lite', '--out', 'OUT/a.jpg']],
    [['history']],
    [['export']],
    [['invoices']],
    [['plan']],
  ])('%j', async (words) => {
    const { account, env, out } = await customer('pay-as-you-go');
    const { seq } = await walletOf(account);
    const ended = await backlot({ ...env, BACKLOT_TOKEN: 'blt_expired' }, ...words.map((word) => word.replace('OUT', out)));
    expect(ended).toMatchObject({ code: 6, out: '', err: expect.stringContaining('Nothing was charged') });
    expect((await walletOf(account)).seq).toBe(seq);
  });
});

describe('files that are not as they should be: nothing is charged', () => {
  it('a watermark that is no picture is named', async () => {
    const { account, env, out } = await customer('pay-as-you-go');
    const { available } = await walletOf(account);
    const mark = join(folder, 'mark.png');
    writeFileSync(mark, 'no picture');
    const ended = await backlot(env, 'process', join(photos, 'one.jpg'), '--step', `watermark:file=${mark}`, '--out', out);
    expect(ended).toMatchObject({ code: 1, out: expect.stringMatching(/mark\.png.*Nothing was charged/) });
    expect(await walletOf(account)).toMatchObject({ available, held: '0.0000' });
  });

  it('an output folder where a file is in the way', async () => {
    const { account, env, out } = await customer('pay-as-you-go');
    const { seq } = await walletOf(account);
    writeFileSync(out, '');
    const ended = await backlot(env, 'process', photos, '--step', 'mirror', '--out', out);
    expect(ended).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/a file is in the way.*Nothing was charged/) });
    expect((await walletOf(account)).seq).toBe(seq);
  });
});

it('a reader that leaves early ends an export quietly, in a real pipe', async () => {
  const { account, env } = await customer('background-studio');
  // More than a pipe holds.
  for (let round = 0; round < 6; round += 1) {
    const operations = Array.from({ length: 10 }, () => ({
      opId: crypto.randomUUID(),
      kind: 'apply',
      photo: 'p'.repeat(180),
      recipe: { background: 'paper' },
    }));
    await account.post('/v1/operations', { atomic: false, operations });
    for (const { opId } of operations) await account.post(`/v1/operations/${opId}/release`, { reason: 'failed' });
  }
  const shell = spawn('bash', ['-c', `"$0" "$1" export | head -n 1; echo "\${PIPESTATUS[0]}"`, process.execPath, backlotScript], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, err] = ['', ''];
  shell.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  shell.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString();
  });
  await new Promise((resolve) => shell.once('close', resolve));
  expect({ lines: out.trim().split(/\r?\n/), err }).toEqual({ lines: [expect.stringContaining('seq,at,kind'), '0'], err: '' });
});
