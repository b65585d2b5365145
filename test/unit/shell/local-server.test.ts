import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { afterEach, expect, test } from 'vitest';
import { LocalServer, type ServerChild } from '../../../electron/connection/local-server.ts';
import { accountNamed, millis } from '../../quantities.ts';

/** A real process that behaves like the server: prints noise, then its ready line, and leaves when asked. */
const wellBehaved = `console.log('starting');console.log('{"level":30}');console.log(JSON.stringify({url:'http://127.0.0.1:'+(5000+process.pid%1000),adminToken:'a'}));process.on('SIGTERM',()=>process.exit(0));setInterval(()=>{},1000)`;
const deaf = wellBehaved.replace('process.exit(0)', '0');

const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

function startScript(script: string): ServerChild {
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'ignore'] });
  started.push(child);
  return {
    onLine: (listener) => void createInterface({ input: child.stdout }).on('line', listener),
    onExit: (listener) => void child.on('exit', listener),
    stop: () => void child.kill('SIGTERM'),
    kill: () => void child.kill('SIGKILL'),
  };
}

/** Runs the server with timers that only fire when the test says so, and lets it wait for what happens. */
function harness(script: string, account = async () => ({ accountId: accountNamed('acc'), token: 'tok' })) {
  const happened: string[] = [];
  const pauses: { readonly ms: number; readonly task: () => void; cancelled: boolean }[] = [];
  let wake = (): void => undefined;
  const note = (text: string): void => {
    happened.push(text);
    wake();
  };
  const server = new LocalServer({
    start: () => {
      note('start');
      return startScript(script);
    },
    account,
    onUp: ({ url, token }) => note(`up ${token} ${new URL(url).hostname}`),
    onDown: (reason) => note(`down ${reason}`),
    log: () => undefined,
    after: (ms, task) => {
      const pause = { ms, task, cancelled: false };
      pauses.push(pause);
      return () => {
        pause.cancelled = true;
      };
    },
  });
  server.start();
  const until = async (count: number): Promise<void> => {
    while (happened.length < count) await new Promise<void>((resolve) => (wake = resolve));
  };
  return { server, happened, pauses, until };
}

test('the ready line leads to the account and then to the address', async () => {
  const { server, happened, until } = harness(wellBehaved);
  await until(2);
  expect(happened).toEqual(['start', 'up tok 127.0.0.1']);
  await server.stop();
  expect(started[0]?.exitCode).toBe(0);
});

test('a server that dies is started again after a pause, and the page is told why', async () => {
  const { server, happened, pauses, until } = harness(wellBehaved);
  await until(2);
  started[0]?.kill('SIGKILL');
  await until(3);
  expect(happened[2]).toMatch(/^down The studio's own credit server stopped/);
  pauses.findLast((pause) => !pause.cancelled)?.task();
  await until(5);
  expect(happened.slice(3)).toEqual(['start', 'up tok 127.0.0.1']);
  await server.stop();
});

test('the pauses grow while it keeps dying', async () => {
  const { server, pauses, until } = harness('process.exit(1)');
  for (let round = 0; round < 4; round += 1) {
    await until(2 * (round + 1));
    pauses.at(-1)?.task();
  }
  await until(10);
  expect(pauses.map((pause) => pause.ms)).toEqual([500, 1000, 2000, 4000, 8000]);
  await server.stop();
});

test('a server that refuses the account is ended and tried again', async () => {
  const { server, happened, until } = harness(wellBehaved, () => Promise.reject(new Error('no account')));
  await until(2);
  expect(happened[1]).toMatch(/^down/);
  await server.stop();
});

test('a server that does not leave when asked is ended after the limit', async () => {
  const { server, pauses, until } = harness(deaf);
  await until(2);
  const left = server.stop(millis(4_000));
  pauses.find((pause) => pause.ms === 4_000)?.task();
  await left;
  const child = started[0];
  if (child?.exitCode === null && child.signalCode === null) await new Promise((resolve) => child.once('exit', resolve));
  expect(child?.signalCode).toBe('SIGKILL');
});
