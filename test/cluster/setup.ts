/** For vitest: one PostgreSQL for all test files of a run, which ends with it, however it ends. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { CLUSTER } from './databases.ts';

const program = fileURLToPath(new URL('cluster-process.ts', import.meta.url));

/** Every project calls it; the first one's cluster serves all of them. */
export default async function setup(): Promise<(() => Promise<void>) | undefined> {
  if (process.env[CLUSTER]) return undefined;
  // In a session of its own: what Ctrl-C ends at once is not what others still work with.
  const child = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'inherit'], detached: true });
  const ended = new Promise<void>((done) => child.once('exit', () => done()));
  const url = await new Promise<string>((done, fail) => {
    child.once('error', fail);
    child.once('exit', (code) => fail(new Error(`The PostgreSQL of the tests did not start (exit code ${code ?? 'none'}).`)));
    createInterface({ input: child.stdout }).once('line', (line) => done(JSON.parse(line).url));
  });
  process.env[CLUSTER] = url;
  return async () => {
    delete process.env[CLUSTER];
    child.stdin.end();
    await ended;
  };
}
