/** Progress and colours only where a person looks on; a reader that leaves early ends the command. */
import { PassThrough, Writable } from 'node:stream';
import { expect, it } from 'vitest';
import { TerminalScreen } from '../../../cli/screen.ts';

/** Streams as a process has them, on a terminal or in a pipe; what was written can be read back. */
function streams(isTerminal: boolean, stdout: Writable = new PassThrough()) {
  const written: string[] = [];
  const stderr = new Writable({
    write(chunk, _encoding, done) {
      written.push(String(chunk));
      done();
    },
  });
  for (const stream of [stdout, stderr]) Object.assign(stream, { isTTY: isTerminal, columns: 40 });
  // Only what the screen uses of them: writing, errors, isTTY and columns.
  const as = { stdin: new PassThrough(), stdout, stderr } as unknown as ConstructorParameters<typeof TerminalScreen>[0];
  return { as, written };
}

it('shows one line of progress on a terminal, cut to its width, and takes it away', () => {
  const { as, written } = streams(true);
  const screen = new TerminalScreen(as, {}, () => undefined);
  screen.progress(`1 of 3 ${'.'.repeat(100)}`);
  screen.quiet();
  const clear = '\r\u001b[K';
  expect(written).toEqual([`${clear}1 of 3 ${'.'.repeat(32)}`, clear]);
});

it('shows no progress and no colour in a pipe', () => {
  const { as, written } = streams(false);
  const screen = new TerminalScreen(as, {}, () => undefined);
  screen.progress('1 of 3');
  screen.note('A note.');
  expect(written).toEqual(['A note.\n']);
  expect(screen.look.bold('a')).toBe('a');
  expect(screen.asks).toBe(false);
});

it('tells when nobody reads any more', async () => {
  const closed = new Writable({
    write(_chunk, _encoding, done) {
      done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
    },
  });
  const left = new Promise<void>((resolve) => {
    void new TerminalScreen(streams(false, closed).as, {}, resolve).write('a result\n');
  });
  await left;
});
