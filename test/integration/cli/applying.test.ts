/** `backlot apply` for real: hold, render, settle; killed in the middle and run again; with too little credit and with bad files. */
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apply } from '../../../cli/commands/apply.ts';
import { drawnCar, places } from '../../unit/darkroom/drawn-car.ts';
import { type Account, type RunningServer, startServer } from '../server/running-server.ts';
import { backlot, environmentFor, killedAfter, ledgerShows, realNetwork, started } from './command-line.ts';

let server: RunningServer;
const folder = mkdtempSync(join(tmpdir(), 'backlot-cli-apply-'));
const photos = join(folder, 'photos');
/** The same subjects, cut out already: no network is asked, where the pictures do not matter. */
const cutOut = join(folder, 'cut out');
const logo = join(folder, 'logo.png');

beforeAll(async () => {
  server = await startServer();
  await server.clock('2026-03-02T09:00:00Z');
  for (const place of [photos, cutOut]) mkdirSync(place);
  for (const name of ['one', 'two', 'three']) {
    await picture(join(photos, `${name}.jpg`));
    await picture(join(cutOut, `${name}.png`));
  }
  await sharp({ create: { width: 64, height: 32, channels: 4, background: '#c01020' } })
    .png()
    .toFile(logo);
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** A flat subject is soon looked through for wheels; a round one is what the real network finds. */
async function picture(path: string, subject: 'flat' | 'round' = 'flat'): Promise<void> {
  // Another shade for each, so that no two files are the same; dark, which is what the stand-in takes for a subject.
  const [r = 0, g = 0, b = 0] = createHash('sha256').update(path).digest();
  const shade = [r, g, b].map((value) => (value >> 2).toString(16).padStart(2, '0')).join('');
  const ry = subject === 'flat' ? 5 : 36;
  const drawn = Buffer.from(`<svg width="160" height="120"><ellipse cx="80" cy="60" rx="36" ry="${ry}" fill="#${shade}"/></svg>`);
  const pixels = sharp(drawn);
  await (path.endsWith('.jpg') ? pixels.flatten({ background: '#d8d8d0' }) : pixels).toFile(path);
}

/** A customer with this much credit, with a data folder and an output folder of its own. */
async function customer(credits: string): Promise<{ account: Account; env: NodeJS.ProcessEnv; out: string }> {
  const account = await server.account({ plan: 'basic' });
  if (credits !== '0') await server.grant(account.accountId, 'purchased', credits);
  const data = mkdtempSync(join(folder, 'data-'));
  return { account, env: environmentFor(server, account, data), out: join(data, 'out') };
}
const walletOf = async (account: Account) => (await account.get('/v1/wallet')).body;

describe('apply', () => {
  it('makes the pictures, one credit each, and run again charges nothing', async () => {
    const { account, env, out } = await customer('10');
    const originals = readdirSync(photos).map((name) => readFileSync(join(photos, name)));
    const words = ['apply', photos, '--background', 'showroom', '--logo', logo, '--out', out, '--json'];
    const first = await backlot(env, ...words);
    expect({ code: first.code, err: first.err }).toEqual({ code: 0, err: '' });
    const said = apply.output.parse(JSON.parse(first.out));
    expect(said).toMatchObject({ charged: '3', available: '7', summary: expect.stringContaining('Applied to 3 photos. 3 credits used.') });
    expect(readdirSync(out).sort()).toEqual(['one.jpg', 'three.jpg', 'two.jpg']);
    expect(await sharp(join(out, 'one.jpg')).metadata()).toMatchObject({ width: 160, height: 120, format: 'jpeg' });
    expect(readdirSync(photos).map((name) => readFileSync(join(photos, name)))).toEqual(originals);

    rmSync(join(out, 'two.jpg'));
    const again = await backlot(env, ...words);
    expect(again.code).toBe(0);
    expect(apply.output.parse(JSON.parse(again.out))).toMatchObject({ charged: '0', available: '7' });
    expect(readdirSync(out).sort()).toEqual(['one.jpg', 'three.jpg', 'two.jpg']);
    expect(await walletOf(account)).toMatchObject({ available: '7', held: '0' });
  });

  it('--glass auto lets the new background show through the street behind a pane, and says of which photo; nothing more is charged', async () => {
    const { env, out } = await customer('3');
    const size = { width: 480, height: 320 };
    const { photo, matte } = drawnCar(size.width, size.height);
    const car = join(env['BACKLOT_DATA'] ?? '', 'car.png');
    // Cut out already: its own transparency is the matte, and no network is asked.
    await sharp(photo.data, { raw: { ...size, channels: 3 } })
      .joinChannel(Buffer.from(matte), { raw: { ...size, channels: 1 } })
      .png()
      .toFile(car);
    const green = join(env['BACKLOT_DATA'] ?? '', 'green.png');
    await sharp({ create: { ...size, channels: 3, background: '#28b45a' } })
      .png()
      .toFile(green);
    const {
      code,
      out: said,
      err,
    } = await backlot(env, ...['apply', car, '--background', green, '--format', 'png', '--glass', 'auto', '--json', '--out', out]);
    expect(code).toBe(0);
    expect(err).toContain('car.png: the new background shows through 1 patch of glass that was found automatically.');
    expect(apply.output.parse(JSON.parse(said)).photos).toMatchObject([{ charged: '1', glass: 1 }]);
    const made = await sharp(join(out, 'car.png')).removeAlpha().raw().toBuffer();
    const colourAt = (pixels: ArrayLike<number>, [x, y]: readonly [number, number]): (number | undefined)[] => {
      const i = 3 * (Math.floor(y * size.height) * size.width + Math.floor(x * size.width));
      return [pixels[i], pixels[i + 1], pixels[i + 2]];
    };
    const [r = 0, g = 0, b = 0] = colourAt(made, places.patch);
    expect([g > r + 60, g > b + 40]).toEqual([true, true]);
    for (const place of [places.seat, places.paint]) expect(colourAt(made, place)).toEqual(colourAt(photo.data, place));
  });

  it('killed while it works and run again: every picture is there, each is charged once, nothing stays held', async () => {
    const { account, env, out } = await customer('10');
    const words = ['apply', cutOut, '--background', 'paper', '--out', out];
    // As soon as the server knows of the holds: whatever it was doing then is left half done.
    await killedAfter(0, { server, account, env }, ...words);
    const again = await backlot(env, ...words, '--json');
    expect(again.code).toBe(0);
    const said = apply.output.parse(JSON.parse(again.out));
    expect(said.photos.map(({ savedTo }) => savedTo !== null)).toEqual([true, true, true]);
    expect(await walletOf(account)).toMatchObject({ available: '7', held: '0' });
    expect(readdirSync(out).sort()).toEqual(['one.jpg', 'three.jpg', 'two.jpg']);
  });

  it('interrupted: what is being written is finished, the rest is not charged, nothing stays held, and it ends with 130', async () => {
    const { account, env, out } = await customer('10');
    const round = join(env['BACKLOT_DATA'] ?? '', 'round');
    mkdirSync(round);
    for (const name of ['one.jpg', 'two.jpg', 'three.jpg']) await picture(join(round, name), 'round');
    // The one run of the command that makes its pictures with the real network: for a few seconds, as a person has it.
    const { child, ended } = started(realNetwork(env), 'apply', round, '--background', 'paper', '--out', out);
    await ledgerShows(account, async () => Number((await walletOf(account)).held) > 0);
    child.kill('SIGINT');
    expect((await ended).code).toBe(130);
    const { available, held } = await walletOf(account);
    expect(held).toBe('0');
    const made = readdirSync(out);
    expect(Number(available)).toBe(10 - made.length);
    for (const name of made) expect(await sharp(join(out, name)).metadata()).toMatchObject({ width: 160, height: 120, format: 'jpeg' });
  });

  it('short of credit: nothing is charged and it ends with 4; --partial goes as far as it reaches and ends with 5', async () => {
    const { account, env, out } = await customer('2');
    const words = ['apply', cutOut, '--background', 'paper', '--out', out];
    const all = await backlot(env, ...words);
    expect(all).toMatchObject({ code: 4, out: '', err: expect.stringContaining('Nothing was charged.') });
    expect(await walletOf(account)).toMatchObject({ available: '2', held: '0' });
    const some = await backlot(env, ...words, '--partial');
    expect(some).toMatchObject({ code: 5, out: expect.stringContaining('2 credits used.') });
    expect(await walletOf(account)).toMatchObject({ available: '0', held: '0' });
  });

  it('a file that is no photo is named, and the others are done: 5', async () => {
    const { account, env, out } = await customer('5');
    const bad = join(folder, 'broken.jpg');
    writeFileSync(bad, 'no picture');
    const { code, out: said } = await backlot(env, 'apply', bad, join(cutOut, 'one.png'), '--background', 'paper', '--out', out);
    expect(code).toBe(5);
    expect(said).toContain('broken.jpg is not a picture');
    expect(await walletOf(account)).toMatchObject({ available: '4', held: '0' });
  });
});

describe('what is refused before anything is charged', () => {
  it.each([
    [['--background', 'paper', '--quality', '101'], 2, '--quality'],
    [['--background', 'paperr'], 2, 'There is no background "paperr"'],
    [['--background', 'paper', '--placement', 'upside-down'], 2, 'upside-down'],
    [['--logo', 'LOGO'], 1, 'A background is required'],
    [['--background', 'nowhere.jpg'], 1, 'nowhere.jpg'],
    [['--background', 'paper', '--logo', 'nowhere.png'], 1, 'nowhere.png'],
  ] as const)('%j ends with %i', async (words, code, why) => {
    const { account, env, out } = await customer('5');
    const ended = await backlot(
      env,
      'apply',
      join(photos, 'one.jpg'),
      ...words.map((word) => (word === 'LOGO' ? logo : word)),
      '--out',
      out,
    );
    expect(ended).toMatchObject({ code, out: '', err: expect.stringContaining(why) });
    expect(ended.err).toMatch(/[Nn]othing was charged|[Nn]o photo was charged/);
    expect(await walletOf(account)).toMatchObject({ available: '5', held: '0' });
  });

  it('an output folder that cannot be: a file is in the way', async () => {
    const { account, env, out } = await customer('5');
    writeFileSync(out, '');
    chmodSync(out, 0o444);
    const ended = await backlot(env, 'apply', photos, '--background', 'paper', '--out', out);
    expect(ended).toMatchObject({ code: 1, err: expect.stringContaining('a file is in the way') });
    expect(await walletOf(account)).toMatchObject({ available: '5', held: '0' });
  });
});
