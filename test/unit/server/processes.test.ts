/** A process that has ended and that nobody has asked about is none that runs. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { alive, endsWithin, isPostgresOf } from '../../../server/db/postgres/process.ts';

test.runIf(process.platform === 'linux')('a zombie has a number and does not run', async () => {
  // The shell starts a child, becomes a program that never asks about it, and the child ends.
  const parent = spawn('/bin/sh', ['-c', 'sleep 0.2 & echo $!; exec cat'], { stdio: ['pipe', 'pipe', 'ignore'] });
  const [line] = await once(createInterface({ input: parent.stdout }), 'line');
  const zombie = Number(line);
  expect(await endsWithin(zombie, 10_000)).toBe(true);
  // It still has its number: the system answers for it.
  expect(() => process.kill(zombie, 0)).not.toThrow();
  expect(alive(zombie)).toBe(false);
  parent.stdin.end();
  await once(parent, 'exit');
});

test('what runs is alive, what was never there is not, and neither is anybody’s PostgreSQL', () => {
  expect(alive(process.pid)).toBe(true);
  expect(alive(2 ** 22 + 1)).toBe(false);
  expect(isPostgresOf(process.pid, process.cwd())).toBe(false);
  expect(isPostgresOf(2 ** 22 + 1, '/')).toBe(false);
});
