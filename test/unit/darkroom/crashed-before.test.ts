/** The next process of the darkroom is told when the one before it crashed: a fault of its own, not somebody who ended it. */
import { expect, test } from 'vitest';
import { type ChildLike, DarkroomClient } from '../../../electron/darkroom/process/client.ts';

type Exit = (code: number | null, signal?: string | null) => void;

/** Processes that only end, and how each of them was started. */
function processes() {
  const started: boolean[] = [];
  let exit: Exit = () => undefined;
  const spawn = (afterCrash: boolean): ChildLike => {
    started.push(afterCrash);
    return {
      postMessage: () => undefined,
      on(event: 'message' | 'exit', listener: (...values: never[]) => void) {
        // Only the exit is of interest, and of the two it is the one with a code.
        if (event === 'exit') exit = listener as Exit;
      },
      kill: () => undefined,
    };
  };
  return { started, spawn, end: (...how: Parameters<Exit>) => exit(...how) };
}

const job = { path: '/photos/a.jpg', thumbPath: '/t', screenPath: '/s' };

test.each([
  ['a segment fault', null, 'SIGSEGV', true],
  ['an instruction that this processor does not have', null, 'SIGILL', true],
  ['the same as a number', 4, null, true],
  ['the same as a shell counts it', 132, undefined, true],
  ['an access violation on Windows', -1073741819, null, true],
  ['ended by somebody', null, 'SIGKILL', false],
  ['ended by somebody, as a number', 9, null, false],
  ['an error of its own code', 1, null, false],
  ['its own decision', 0, null, false],
] as const)('%s', async (_what, code, signal, expected) => {
  const { started, spawn, end } = processes();
  const room = new DarkroomClient({ spawn, spawnPreview: () => spawn(false) });
  const lost = room.inspect(job);
  end(code, signal);
  expect(await lost).toMatchObject({ ok: false, error: { code: 'darkroom_stopped', file: 'a.jpg' } });
  void room.inspect(job);
  expect(started).toEqual([false, expected]);
});

test('what was lost is named: each photo in its problem and in the log, the model in words of its own', async () => {
  const { spawn, end } = processes();
  const lines: string[] = [];
  const room = new DarkroomClient({ spawn, spawnPreview: () => spawn(false), log: (line) => void lines.push(line) });
  const lost = [
    room.inspect(job),
    room.prepare({ photoId: 'P', path: '/photos/b.jpg', folder: '/c', strokes: [], quality: 'full' }),
    room.adopt({ path: '/cache/.part-0123456789ab', sha256: '' }),
  ] as const;
  end(null, 'SIGSEGV');
  const [inspected, prepared, adopted] = await Promise.all(lost);
  const text = (result: { readonly ok: boolean; readonly error?: { readonly message: string } }) => result.error?.message ?? '';
  expect([inspected, prepared].map(text)).toEqual([expect.stringContaining('a.jpg'), expect.stringContaining('b.jpg')]);
  expect(adopted).toMatchObject({ ok: false, error: { code: 'model_interrupted' } });
  expect(text(adopted)).not.toContain('photo');
  expect(lines).toEqual(['darkroom ended with SIGSEGV; 3 jobs failed: inspect a.jpg, prepare b.jpg, adopt .part-0123456789ab']);
});
