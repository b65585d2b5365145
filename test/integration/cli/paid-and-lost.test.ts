/** The real command after a kill: whatever database was damaged, the same words deliver what was paid for, and every later command works. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accountFolder } from '../../../cli/places.ts';
import { keyOf } from '../../../cli/processing/run.ts';
import { chainOf } from '../../../cli/processing/step-syntax.ts';
import { contentFingerprint } from '../../../electron/darkroom/files/regular-file.ts';
import { commandLineMigrations } from '../../../electron/paid-work/earlier/command-line-database.ts';
import { PaidRecords } from '../../../electron/paid-work/records.ts';
import { openDatabase } from '../../../electron/storage/sqlite.ts';
import { accountNamed, opNamed } from '../../quantities.ts';
import { damages } from '../applying/damage.ts';
import { type Account, type RunningServer, startServer } from '../server/running-server.ts';
import { backlot, entriesOf, environmentFor, killedAfter, started } from './command-line.ts';

let server: RunningServer;
const folder = mkdtempSync(join(tmpdir(), 'backlot-cli-lost-'));
const photos = join(folder, 'photos');
/** Of the server's clock; time only runs forward. */
let day = 10;

beforeAll(async () => {
  server = await startServer({ policy: 'background-studio' });
  await server.clock('2026-03-02T09:00:00Z');
  mkdirSync(photos);
  for (const [index, name] of ['one', 'two', 'next'].entries()) {
    // Cut out already, so that no network is asked; flat, so that it is soon looked through for wheels.
    const subject = Buffer.from(`<svg width="160" height="120"><ellipse cx="80" cy="60" rx="3${index}" ry="5" fill="#b3202a"/></svg>`);
    await sharp(subject)
      .png()
      .toFile(join(photos, `${name}.png`));
    await sharp(subject)
      .flatten({ background: '#d8d8d0' })
      .jpeg()
      .toFile(join(photos, `${name}.jpg`));
  }
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

const walletOf = async (account: Account) => (await account.get('/v1/wallet')).body;
const settledOf = (account: Account): Promise<number> => entriesOf(account, 'settled');
const two = [join(photos, 'one.png'), join(photos, 'two.png')];

describe('apply, killed with credit held or charged', () => {
  it.each([
    ['library.db', 'random bytes'],
    ['library.db', 'the file gone'],
    ['paid-work.db', 'a truncated file'],
  ] as const)('%s: %s; the same command delivers, each photo is charged once, a later one works', async (database, damage) => {
    const account = await server.account({ plan: 'basic' });
    await server.grant(account.accountId, 'purchased', '10');
    const data = mkdtempSync(join(folder, 'data-'));
    const env = environmentFor(server, account, data);
    const out = join(data, 'out');
    const words = ['apply', ...two, '--background', 'paper', '--out', out];
    await killedAfter(1, { server, account, env }, ...words);
    damages[damage]?.(join(accountFolder(data, accountNamed(account.accountId)), database));
    // What is held for a photo whose job was lost comes back by itself.
    day += 1;
    await server.clock(`2026-03-${day}T09:00:00Z`);
    await server.sweep();
    const again = await backlot(env, ...words);
    expect({ code: again.code, err: again.err.replace(/An earlier run was interrupted.*\n/, '') }).toMatchObject({ code: 0 });
    expect(again.err).not.toContain('Offline');
    expect(readdirSync(out).sort()).toEqual(['one.jpg', 'two.jpg']);
    expect(await walletOf(account)).toMatchObject({ available: '8', held: '0' });
    expect(await settledOf(account)).toBe(2);
    expect(await backlot(env, 'apply', join(photos, 'next.png'), '--background', 'paper', '--out', out)).toMatchObject({
      code: 0,
    });
    expect(await settledOf(account)).toBe(3);
  });

  it('twice at the same moment with the same words: one of them works, and each photo is charged once', async () => {
    const account = await server.account({ plan: 'basic' });
    await server.grant(account.accountId, 'purchased', '10');
    const data = mkdtempSync(join(folder, 'data-'));
    const env = environmentFor(server, account, data);
    const out = join(data, 'out');
    const words = ['apply', ...two, '--background', 'paper', '--out', out];
    const both = await Promise.all([started(env, ...words).ended, started(env, ...words).ended]);
    expect(both.map(({ code }) => code)).toContain(0);
    expect(await backlot(env, ...words)).toMatchObject({ code: 0 });
    expect(await settledOf(account)).toBe(2);
    expect(readdirSync(out).sort()).toEqual(['one.jpg', 'two.jpg']);
  });
});

describe('process, made and not paid by a version before', () => {
  /** As a run left it that was killed, or found no credit, after its file was made. */
  async function madeBefore(state: 'asked' | 'unpaid') {
    const account = await server.account({ policy: 'pay-as-you-go', country: 'DE' }).catch(() => null);
    if (account === null) throw new Error('This server has no such policy.');
    const operations = Array.from({ length: 10 }, () => ({
      opId: crypto.randomUUID(),
      kind: 'apply',
      photo: 'p',
      recipe: { background: 'b' },
    }));
    await account.post('/v1/operations', { atomic: true, operations });
    for (const { opId } of operations) await account.post(`/v1/operations/${opId}/settle`, {});
    const data = mkdtempSync(join(folder, 'data-'));
    const own = accountFolder(data, accountNamed(account.accountId));
    const key = keyOf(await contentFingerprint(join(photos, 'one.jpg')), chainOf(['mirror']).chain, []);
    const made = join(own, 'processing', 'made');
    mkdirSync(made, { recursive: true });
    const lies = join(made, `${key}.jpg`);
    writeFileSync(lies, 'made before');
    const db = openDatabase({ path: join(own, 'processing', 'paid.db'), migrations: commandLineMigrations, durability: 'full' });
    const opId = crypto.randomUUID();
    db.prepare('INSERT INTO paid VALUES (?, ?, 0, ?)').run(key, opId, state === 'unpaid' ? 1n : 0n);
    db.prepare("INSERT INTO operation VALUES (?, 'one.jpg')").run(opId);
    db.close();
    const out = join(data, 'out');
    return {
      account,
      lies,
      out,
      env: environmentFor(server, account, data),
      words: ['process', join(photos, 'one.jpg'), '--step', 'mirror', '--out', out],
    };
  }

  it.each(['asked', 'unpaid'] as const)('%s: ends with 4 and says so; with credit the same words pay once and save it', async (state) => {
    const { account, env, words, out, lies } = await madeBefore(state);
    const before = await settledOf(account);
    // The copy of the ledger refuses before anything is asked; what is made stays.
    expect((await backlot(env, ...words)).code).toBe(4);
    expect(readdirSync(out)).toEqual([]);
    expect(existsSync(lies)).toBe(true);
    await server.grant(account.accountId, 'balance', '1.0000');
    expect(await backlot(env, ...words)).toMatchObject({ code: 0 });
    expect(readdirSync(out)).toEqual(['one.jpg']);
    expect(existsSync(lies)).toBe(false);
    expect(await settledOf(account)).toBe(before + 1);
    expect(await backlot(env, ...words)).toMatchObject({ code: 0 });
    expect(await settledOf(account)).toBe(before + 1);
  });

  it('is discarded on demand, and costs nothing', async () => {
    const { account, env, words, lies } = await madeBefore('unpaid');
    await server.grant(account.accountId, 'balance', '1.0000');
    const before = await settledOf(account);
    const ended = await backlot(env, 'process', join(photos, 'two.jpg'), ...words.slice(2), '--drop-unpaid');
    expect(ended).toMatchObject({ code: 0, err: expect.stringContaining('1 file made and not paid: discarded') });
    expect(existsSync(lies)).toBe(false);
    expect(await settledOf(account)).toBe(before + 1);
  });

  it.each(['of now', 'of a version before'] as const)(
    'its list gone after the charge, with the note %s: nothing more is charged',
    async (note) => {
      const account = await server.account({ policy: 'pay-as-you-go', country: 'DE' });
      await server.grant(account.accountId, 'balance', '1.0000');
      const data = mkdtempSync(join(folder, 'data-'));
      const processing = join(accountFolder(data, accountNamed(account.accountId)), 'processing');
      const key = keyOf(await contentFingerprint(join(photos, 'one.jpg')), chainOf(['mirror']).chain, []);
      const path = join(processing, 'made', `${key}.jpg`);
      mkdirSync(join(processing, 'made'), { recursive: true });
      writeFileSync(path, 'made before');
      const opId = crypto.randomUUID();
      await account.post('/v1/operations', { atomic: true, operations: [{ opId, kind: 'process', steps: ['mirror'] }] });
      await account.post(`/v1/operations/${opId}/settle`, {});
      const out = join(data, 'out');
      if (note === 'of now') {
        const photo = { id: 'one.jpg', name: 'one.jpg', origin: null };
        const work = { kind: 'process', file: { path }, folder: out, collection: '', name: 'one.jpg' } as const;
        const records = new PaidRecords(processing, { log: () => undefined });
        await records.keep({ opId: opNamed(opId), accountId: accountNamed(account.accountId), jobId: 'job', photo, work });
      } else writeFileSync(join(processing, 'made', `${key}.operation`), opId);
      const before = await settledOf(account);
      const words = ['process', join(photos, 'one.jpg'), '--step', 'mirror', '--out', out];
      expect(await backlot(environmentFor(server, account, data), ...words)).toMatchObject({ code: 0 });
      expect(readFileSync(join(out, 'one.jpg'), 'utf8')).toBe('made before');
      expect(await settledOf(account)).toBe(before);
      expect(readdirSync(join(processing, 'made'))).toEqual([]);
    },
  );
});
