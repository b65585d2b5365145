/** `backlot report` and `backlot reports`: a faulty picture goes along, cut off and resumed, and comes back corrected, once and for nothing (ST-05). */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { report } from '../../../cli/commands/report.ts';
import { reports } from '../../../cli/commands/reports.ts';
import { accountFolder } from '../../../cli/places.ts';
import { PaidRecords } from '../../../electron/paid-work/records.ts';
import { accountIdFrom, opIdFrom } from '../../../shared/credits/model/minting.ts';
import { defaultRecipe } from '../../../shared/edit/recipe.ts';
import { download, jpeg, offsetOf, sent, sha256 } from '../server/report-files.ts';
import { type Account, applied, type Client, type Json, opId, type RunningServer, startServer } from '../server/running-server.ts';
import { machineBetween, passing } from '../wallet/machine-between.ts';
import { backlot, environmentFor } from './command-line.ts';

let server: RunningServer;
let retoucher: Client;
const folder = mkdtempSync(join(tmpdir(), 'backlot-cli-report-'));

beforeAll(async () => {
  server = await startServer();
  await server.clock('2026-06-10T09:00:00Z');
  const { body } = await server.admin.post('/v1/admin/staff', { opId: opId(), name: 'Ann', role: 'retoucher' });
  retoucher = server.as(body.token);
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Customer {
  readonly account: Account;
  readonly env: NodeJS.ProcessEnv;
  /** The finished picture where `apply` has put it. */
  readonly file: string;
  readonly resultOpId: string;
}

/** A photo with its place, so many pixels wide. */
async function photo(path: string, width: number): Promise<void> {
  const noise = createHash('shake256', { outputLength: width * 60 * 3 })
    .update(path)
    .digest();
  await sharp(noise, { raw: { width, height: 60, channels: 3 } })
    .jpeg({ quality: 100, chromaSubsampling: '4:4:4' })
    .withExif({
      IFD0: { Model: 'Z 8' },
      IFD2: { BodySerialNumber: 'SN-4711' },
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '52/1 30/1 0/1' },
    })
    .toFile(path);
}

/** A customer with one paid picture: its file, its original, and the note that paid work leaves beside every file. */
async function customer(width = 80): Promise<Customer> {
  const account = await server.account({ plan: 'professional-plus', slots: 5 });
  const data = mkdtempSync(join(folder, 'data-'));
  const [original, out] = [join(data, 'IMG_1.jpg'), join(data, 'finished')];
  mkdirSync(out);
  const file = join(out, 'IMG_1.jpg');
  await Promise.all([photo(original, 40), photo(file, width)]);
  const resultOpId = await applied(account);
  const accountId = accountIdFrom(account.accountId);
  await new PaidRecords(accountFolder(data, accountId), { log: () => undefined }).keep({
    opId: opIdFrom(resultOpId),
    accountId,
    jobId: resultOpId,
    photo: {
      id: 'photo-1',
      name: 'IMG_1.jpg',
      origin: { path: original, sha256: sha256(readFileSync(original)), collection: { source: data, name: 'today' } },
    },
    work: {
      kind: 'apply',
      recipe: defaultRecipe,
      file: { path: file, width, height: 60, bytes: statSync(file).size, sha256: sha256(readFileSync(file)) },
    },
  });
  return { account, env: environmentFor(server, account, data), file, resultOpId };
}
const reportsOf = async (account: Account): Promise<Json[]> => (await account.get('/v1/reports')).body;
const words = (file: string, ...more: string[]): string[] => ['report', file, '--note', 'The mirror is cut off', ...more];

/** Staff takes the report and sends a picture back. */
async function correct(id: string, bytes: Buffer): Promise<void> {
  await retoucher.post(`/v1/admin/reports/${id}/take`);
  const upload = await sent(server, retoucher, bytes, { role: 'corrected', report: id, name: 'IMG_1 corrected.jpg' });
  const answer = { opId: opId(), state: 'corrected', answer: 'The mirror is back.', uploads: [upload] };
  expect((await retoucher.post(`/v1/admin/reports/${id}/resolve`, answer)).status).toBe(200);
}

it('is asked in words, and without consent nothing is sent', async () => {
  const { account, env, file } = await customer();
  const refused = await backlot(env, ...words(file));
  expect({ code: refused.code, out: refused.out }).toEqual({ code: 2, out: '' });
  for (const said of [
    '30 days after the answer',
    'The place, serial numbers',
    '--agree',
    '--without-pictures',
    'Nothing was sent. Reporting is free',
  ])
    expect(refused.err).toContain(said);
  expect(await reportsOf(account)).toEqual([]);
  expect((await account.get('/v1/report-desk')).body.consent).toEqual({ given: false, at: null });

  const inWords = await backlot(env, ...words(file, '--without-pictures', '--area', '0.1,0.2,0.3,0.4'));
  expect(inWords).toMatchObject({
    code: 0,
    err: '',
    out: expect.stringMatching(/^Reported IMG_1\.jpg in words: rep_.*nothing was charged\.\n$/),
  });
  expect((await reportsOf(account))[0]).toMatchObject({ area: { x: 0.1, y: 0.2, width: 0.3, height: 0.4 }, photos: [{ uploads: [] }] });
});

it('goes on where it was cut off, is one report, and takes along neither place nor serial number', async () => {
  const { account, env, file, resultOpId } = await customer(6000);
  const machine = await machineBetween(server.url);
  let pieces = 0;
  // The second piece arrives, and its answer is lost; so is everything after it.
  machine.rule = (method) => {
    if (method !== 'PATCH' || ++pieces < 2)
      return pieces < 2 ? 'pass' : { instead: { status: 502, headers: { 'content-type': 'text/html' } } };
    return { after: { status: 502, headers: { 'content-type': 'text/html' } } };
  };
  const through = { ...env, BACKLOT_SERVER_URL: machine.url };
  const cut = await backlot(through, ...words(file, '--agree'));
  expect(cut).toMatchObject({ code: 3, out: '', err: expect.stringContaining('What arrived is kept for a week') });
  expect(await reportsOf(account)).toEqual([]);

  const path = machine.seen.find((one) => one.startsWith('HEAD '))?.slice('HEAD '.length) ?? '';
  expect(await offsetOf(server, account, path)).toBe(3 * 256 * 1024);

  machine.rule = passing;
  machine.seen.length = 0;
  const ended = await backlot(through, ...words(file, '--json'));
  await machine.close();
  expect(ended).toMatchObject({ code: 0, err: expect.stringContaining('goes on where it stood') });
  const said = report.output.parse(JSON.parse(ended.out));
  expect(said.pictures).toEqual([{ path: file, resultOpId, sent: ['result', 'original', 'recipe'] }]);
  const [made, ...others] = await reportsOf(account);
  expect([others, made.photos[0].uploads.map(({ role, state }: Json) => `${role} ${state}`).sort()]).toEqual([
    [],
    ['original stored', 'recipe stored', 'result stored'],
  ]);
  // The same upload, asked how far it came before anything of it is sent.
  expect(machine.seen.filter((one) => one.includes('/v1/uploads')).slice(0, 3)).toEqual([
    'POST /v1/uploads',
    `HEAD ${path}`,
    `PATCH ${path}`,
  ]);
  const copies = new Map<string, Buffer>();
  for (const upload of made.photos[0].uploads) copies.set(upload.role, (await download(server, account, upload.file)).bytes);
  for (const [role, source] of [
    ['result', file],
    ['original', join(env['BACKLOT_DATA'] ?? '', 'IMG_1.jpg')],
  ] as const) {
    const [before, after] = [readFileSync(source), copies.get(role) ?? Buffer.alloc(0)];
    expect([before.includes('SN-4711'), after.includes('SN-4711')]).toEqual([true, false]);
    expect((await sharp(after).raw().toBuffer()).equals(await sharp(before).raw().toBuffer())).toBe(true);
  }
  expect(readdirSync(join(accountFolder(env['BACKLOT_DATA'] ?? '', accountIdFrom(account.accountId)), 'reports'))).not.toContain('copies');
});

it('brings the corrected picture back beside the first one, once, over nothing; it can be reported again', async () => {
  const { account, env, file } = await customer();
  const before = (await account.get('/v1/wallet')).body.available;
  expect((await backlot(env, ...words(file, '--agree'))).code).toBe(0);
  const [made] = await reportsOf(account);
  expect(await backlot(env, 'reports', '--download')).toMatchObject({ code: 0, out: expect.stringContaining('waits for an answer') });
  const picture = jpeg(5_000_000, 21);
  await correct(made.id, picture);
  const out = join(file, '..');
  writeFileSync(join(out, 'IMG_1 corrected.jpg'), 'somebody else’s');

  // Cut off in the middle: what came is kept.
  const machine = await machineBetween(server.url);
  let asked = 0;
  machine.rule = (_method, url) =>
    url.includes('/corrected?') && ++asked > 1 ? { instead: { status: 502, headers: { 'content-type': 'text/html' } } } : 'pass';
  const cut = await backlot({ ...env, BACKLOT_SERVER_URL: machine.url }, 'reports', '--download');
  expect(cut).toMatchObject({ code: 3, out: expect.stringContaining('was not downloaded whole') });
  await machine.close();

  const ended = await backlot(env, 'reports', '--download', '--json');
  const target = join(out, 'IMG_1 corrected-2.jpg');
  expect(reports.output.parse(JSON.parse(ended.out)).corrected).toMatchObject([{ state: 'downloaded', path: target, problem: null }]);
  expect(readFileSync(target).equals(picture)).toBe(true);
  expect(readFileSync(join(out, 'IMG_1 corrected.jpg'), 'utf8')).toBe('somebody else’s');
  const again = await backlot(env, 'reports', '--download');
  expect(again).toMatchObject({ code: 0, out: expect.stringContaining(`→ ${target} (there already)`) });
  expect(again.out).toContain('Answer: The mirror is back.');
  expect(
    readdirSync(out)
      .map((name) => basename(name))
      .sort(),
  ).toEqual(['IMG_1 corrected-2.jpg', 'IMG_1 corrected.jpg', 'IMG_1.jpg']);

  const second = report.output.parse(
    JSON.parse((await backlot(env, 'report', target, '--note', 'Still cut off', '--without-pictures', '--json')).out),
  );
  expect(second.report.follows).toBe(made.id);
  expect((await account.get('/v1/wallet')).body.available).toBe(before);

  const withdrawn = await backlot(env, 'reports', '--withdraw-consent', '--yes', '--json');
  expect([withdrawn.code, reports.output.parse(JSON.parse(withdrawn.out)).consent]).toEqual([0, false]);
});

it('neither sees another account’s reports nor takes its pictures, nor a file that is none of ours', async () => {
  const [mine, theirs] = [await customer(), await customer()];
  expect((await backlot(theirs.env, ...words(theirs.file, '--agree'))).code).toBe(0);
  const list = await backlot(mine.env, 'reports', '--download', '--json');
  expect(reports.output.parse(JSON.parse(list.out))).toMatchObject({ reports: [], corrected: [] });
  const stranger = join(folder, 'stranger.jpg');
  await photo(stranger, 50);
  for (const file of [theirs.file, stranger]) {
    const refused = await backlot(mine.env, ...words(file, '--agree'));
    expect(refused).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringContaining('Nothing was sent. Reporting is free, and nothing was charged.'),
    });
  }
  expect(await backlot(mine.env, ...words(join(folder, 'none.jpg'), '--agree'))).toMatchObject({ code: 1, out: '' });
  expect(await reportsOf(mine.account)).toEqual([]);
  expect((await mine.account.get('/v1/report-desk')).body.consent.given).toBe(false);
});
