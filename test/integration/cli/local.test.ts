/** Without a company server: the studio's own is started for the command, or the one that runs is used; one account either way. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { type Cipher, SecretFile } from '../../../electron/connection/secrets.ts';
import { type RunningServer, startServer, temporaryFolder } from '../server/running-server.ts';
import { backlot, type Ended, started } from './command-line.ts';

const data = temporaryFolder();
let server: RunningServer | null = null;
afterAll(async () => {
  await server?.stop();
  rmSync(data, { recursive: true, force: true });
});

const { BACKLOT_SERVER_URL: _url, BACKLOT_TOKEN: _token, DATABASE_URL: _database, ...rest } = process.env;
const env: NodeJS.ProcessEnv = { ...rest, BACKLOT_DATA: data };
const accountFile = join(data, 'local-account.json');
const accountOf = async (balance: Promise<Ended> = backlot(env, 'balance', '--json')): Promise<string> => {
  const { code, out, err } = await balance;
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return JSON.parse(out).accountId;
};

it('opens one account, and stays with it: alone, beside a running server, and without the keychain', async () => {
  // Started by a shell: the server that it starts goes with it.
  const accountId = await accountOf(started(env, 'balance', '--json').ended);
  server = await startServer({ folder: join(data, 'server'), keep: true, args: [] });
  expect(JSON.parse(readFileSync(join(data, 'server', 'address.json'), 'utf8'))).toEqual({ url: server.url, pid: server.pid });
  expect(await accountOf()).toBe(accountId);

  const flip = (bytes: Buffer): Buffer => Buffer.from(bytes.map((byte) => byte ^ 0x55));
  const keychain: Cipher = {
    available: () => true,
    encrypt: (text) => flip(Buffer.from(text)),
    decrypt: (bytes) => flip(bytes).toString(),
  };
  const { value, label } = JSON.parse(readFileSync(accountFile, 'utf8'));
  new SecretFile(accountFile, keychain).write(value, label);
  const kept = readFileSync(accountFile, 'utf8');
  expect(kept).not.toContain(JSON.parse(value).token);
  expect(await accountOf()).toBe(accountId);
  expect(readFileSync(accountFile, 'utf8')).toBe(kept);

  await server.stop();
  server = null;
  expect(() => readFileSync(join(data, 'server', 'address.json'))).toThrow('ENOENT');
  new SecretFile(accountFile, keychain).write(value);
  expect(await backlot(env, 'balance')).toMatchObject({ code: 3, out: '', err: expect.stringContaining('in the keychain') });
});

it('an account file that cannot be read never becomes another account', async () => {
  writeFileSync(accountFile, '{"how":"key');
  expect(await backlot(env, 'balance')).toMatchObject({ code: 3, out: '' });
  expect(readFileSync(accountFile, 'utf8')).toBe('{"how":"key');
});
