/** What the command line says of the wallet, against the real server: in words, as JSON, and with which exit code. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { problemOutput } from '../../../cli/outcome.ts';
import { commands } from '../../../cli/program.ts';
import { type Account, opId, type RunningServer, startServer } from '../server/running-server.ts';
import { backlot, environmentFor, started } from './command-line.ts';

let server: RunningServer;
let account: Account;
let env: NodeJS.ProcessEnv;
const data = mkdtempSync(join(tmpdir(), 'backlot-cli-'));

beforeAll(async () => {
  server = await startServer();
  await server.clock('2026-03-02T09:00:00Z');
  account = await server.account({ plan: 'basic', timeZone: 'Asia/Tokyo' });
  await server.grant(account.accountId, 'purchased', '40');
  env = environmentFor(server, account, data);
});
afterAll(async () => {
  await server.stop();
  rmSync(data, { recursive: true, force: true });
});

const schemaOf = (name: string) => commands.find((command) => command.name === name)?.output;

describe('--json', () => {
  it.each([['balance'], ['wallet'], ['packs'], ['history'], ['invoices'], ['plan'], ['support'], ['quote', '--count', '2']])(
    '%s prints one document that its schema accepts, and nothing else',
    async (name, ...more) => {
      const { code, out, err } = await backlot(env, name, ...more, '--json');
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(schemaOf(name)?.safeParse(JSON.parse(out)).error).toBeUndefined();
    },
  );

  it('a problem is a document too', async () => {
    const { code, out, err } = await backlot({ ...env, BACKLOT_TOKEN: 'blt_expired' }, 'balance', '--json');
    expect({ code, err }).toEqual({ code: 6, err: '' });
    expect(problemOutput.parse(JSON.parse(out))).toMatchObject({
      problem: { code: 'unauthorized', message: expect.stringContaining('Nothing was charged') },
    });
  });

  it('what is not understood is one as well', async () => {
    const { code, out, err } = await backlot(env, 'history', '--limit', 'ten', '--json');
    expect({ code, err }).toEqual({ code: 2, err: '' });
    expect(problemOutput.parse(JSON.parse(out)).problem.code).toBe('usage');
    const unknown = await backlot(env, 'history', '--nosuch', '--json');
    expect({ code: unknown.code, err: unknown.err }).toEqual({ code: 2, err: '' });
    expect(problemOutput.parse(JSON.parse(unknown.out)).problem.code).toBe('usage');
  });

  /** Each of them is run with --json somewhere in this folder, and read by its schema there. */
  const read: Readonly<Record<string, string>> = {
    apply: 'applying',
    process: 'processing',
    buy: 'ordering',
    generate: 'ordering',
    plan: 'ordering',
    export: 'ordering',
    invoices: 'ordering',
    balance: 'reading',
    wallet: 'reading',
    packs: 'reading',
    history: 'reading',
    quote: 'reading',
    support: 'reading',
    model: 'model',
    report: 'reporting',
    reports: 'reporting',
  };
  it('no command is left out', () => {
    expect(Object.keys(read).sort()).toEqual(commands.map(({ name }) => name).sort());
    for (const [name, file] of Object.entries(read)) {
      const test = readFileSync(new URL(`${file}.test.ts`, import.meta.url), 'utf8');
      expect(test, name).toMatch(new RegExp(`schemaOf|output\\??\\.(safeP|p)arse|done\\('${name}'`));
      expect(test, name).toContain(`'${name}'`);
    }
  });
});

describe('for people', () => {
  it('balance says what the server says', async () => {
    expect(await backlot(env, 'balance')).toEqual({ code: 0, out: '40 credits\n', err: '' });
  });

  it('a quote names cost and bucket; one that the wallet does not pay for ends with 4', async () => {
    expect((await backlot(env, 'quote', '--count', '2')).out).toContain('2 credits, 38 credits left afterwards');
    const short = await backlot(env, 'quote', '--count', '41');
    expect(short).toMatchObject({ code: 4, out: expect.stringContaining('Nothing was charged') });
  });

  it('history shows what happened, and afterwards without the server too, saying how old it is', async () => {
    const id = opId();
    await account.post('/v1/operations', { operations: [{ opId: id, kind: 'apply', photo: 'IMG_1', recipe: { background: 'paper' } }] });
    await account.post(`/v1/operations/${id}/settle`, {});
    const online = await backlot(env, 'history');
    expect(online).toMatchObject({ code: 0, out: expect.stringContaining('−1 credit') });
    // 09:00 in UTC, in the time zone of the account, and not of this machine.
    expect(online.out).toMatch(/^2026-03-02 18:\d\d .*−1 credit/m);
    const offline = await backlot({ ...env, BACKLOT_SERVER_URL: 'http://127.0.0.1:9' }, 'history');
    expect(offline.code).toBe(0);
    expect(offline.out).toMatch(/^Offline: as of [\d-]{10} \d\d:\d\d in Asia\/Tokyo\.$/m);
    expect(offline.out).toContain(online.out);
  });

  it('a pipe shows neither colours nor progress', async () => {
    const { code, out, err } = await started({ ...env, FORCE_COLOR: '1' }, 'wallet').ended;
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).not.toContain('\u001b');
  });
});

describe('what goes wrong', () => {
  it('a server that cannot be reached: 3, and nothing was charged', async () => {
    const { code, out, err } = await backlot({ ...env, BACKLOT_SERVER_URL: 'http://127.0.0.1:9' }, 'balance');
    expect({ code, out }).toEqual({ code: 3, out: '' });
    expect(err).toContain('Offline.');
    expect(err).toContain('Nothing was charged by this command.');
  });

  it('the proxy is the one that the environment of the command names', async () => {
    const proxied = { ...env, BACKLOT_SERVER_URL: 'https://credits.example', https_proxy: 'http://127.0.0.1:9' };
    for (const command of ['balance', 'history']) {
      expect(await backlot({ ...proxied, BACKLOT_DATA: join(data, 'proxied') }, command)).toMatchObject({
        code: 3,
        out: '',
        err: expect.stringContaining('The proxy 127.0.0.1:9 does not answer.'),
      });
    }
  });

  it('an address that would send the token in the clear is refused before anything is sent', async () => {
    const { code, err } = await backlot({ ...env, BACKLOT_SERVER_URL: 'http://credits.example' }, 'balance');
    expect({ code, err }).toMatchObject({ code: 1, err: expect.stringContaining('starts with https://') });
  });

  it('no token for a company server: 6', async () => {
    expect(await backlot({ ...env, BACKLOT_TOKEN: '' }, 'balance')).toMatchObject({
      code: 6,
      err: expect.stringContaining('BACKLOT_TOKEN'),
    });
  });

  it.each([
    [['nosuch']],
    [['balance', 'extra']],
    [['history', '--limit', '0']],
    [['history', '--limit', 'ten']],
    [['quote']],
    [['quote', '--model', 'm', '--tool', 't']],
    [['quote', '--count', '501']],
  ])('%j is not understood: 2', async (words) => {
    const { code, out, err } = await backlot(env, ...words);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain('Nothing was charged');
  });

  it('a reader that leaves early ends it quietly', async () => {
    const { child, ended } = started(env, 'wallet', '--json');
    child.stdout?.destroy();
    expect(await ended).toEqual({ code: 0, out: '', err: '' });
  });
});
