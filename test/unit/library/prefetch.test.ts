/** Which photo is prepared next, and when none is. */
import { describe, expect, test } from 'vitest';
import { Prefetch } from '../../../electron/library/prefetch.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';

type Outcome = Result<{ readonly ready: boolean }>;

/** A darkroom that prepares when it is told to, and a machine that may or may not be used. */
function bench() {
  const asked: string[] = [];
  const withdrawn: string[] = [];
  let answer: (outcome: Outcome) => void = () => undefined;
  const machine = { mayWork: true };
  const prefetch = new Prefetch({
    darkroom: {
      prefetch({ photoId }, _onProgress, signal) {
        asked.push(photoId);
        signal?.addEventListener('abort', () => withdrawn.push(photoId));
        return new Promise((resolve) => {
          answer = resolve;
        });
      },
    },
    original: async (photoId) =>
      photoId.startsWith('gone') ? fail({ code: 'file_missing', message: 'gone' }) : ok({ path: `/photos/${photoId}.jpg` }),
    folderOf: (photoId) => `/cache/${photoId}`,
    mayWork: () => machine.mayWork,
  });
  /** Everything that follows from what just happened. */
  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  return {
    asked,
    withdrawn,
    machine,
    prefetch,
    settled,
    async answers(outcome: Outcome) {
      answer(outcome);
      await settled();
    },
  };
}

const ready: Outcome = ok({ ready: true });
const madeWay: Outcome = ok({ ready: false });

describe('prefetching', () => {
  test('one photo at a time, in the order in which they are wanted; what is gone is passed over', async () => {
    const { prefetch, asked, answers, settled } = bench();
    prefetch.want(['a', 'gone', 'b']);
    await settled();
    expect(asked).toEqual(['a']);
    await answers(ready);
    expect(asked).toEqual(['a', 'b']);
    await answers(ready);
    prefetch.want(['b', 'a']);
    await settled();
    expect(asked).toEqual(['a', 'b']);
  });

  test('one that made way is asked for again, unless another one is wanted sooner by then', async () => {
    const { prefetch, asked, answers, settled } = bench();
    prefetch.want(['a', 'b']);
    await settled();
    await answers(madeWay);
    expect(asked).toEqual(['a', 'a']);
    prefetch.want(['b', 'a']);
    await answers(madeWay);
    expect(asked).toEqual(['a', 'a', 'b']);
    await answers(ready);
    expect(asked).toEqual(['a', 'a', 'b', 'a']);
  });

  test('one that is not wanted any more is withdrawn', async () => {
    const { prefetch, asked, withdrawn, answers, settled } = bench();
    prefetch.want(['a']);
    await settled();
    prefetch.want(['b']);
    expect(withdrawn).toEqual(['a']);
    await answers(madeWay);
    expect(asked).toEqual(['a', 'b']);
  });

  test('on battery nothing is begun and what is under way is withdrawn; it goes on afterwards', async () => {
    const { prefetch, asked, withdrawn, machine, answers, settled } = bench();
    prefetch.want(['a']);
    await settled();
    machine.mayWork = false;
    prefetch.mayHaveChanged();
    expect(withdrawn).toEqual(['a']);
    await answers(madeWay);
    expect(asked).toEqual(['a']);
    machine.mayWork = true;
    prefetch.mayHaveChanged();
    await settled();
    expect(asked).toEqual(['a', 'a']);
  });

  test('a photo that cannot be prepared is left; without a model all are, until something is wanted again', async () => {
    const { prefetch, asked, answers, settled } = bench();
    prefetch.want(['torn', 'a', 'b']);
    await settled();
    await answers(fail({ code: 'picture_damaged', message: 'torn' }));
    await answers(fail({ code: 'model_missing', message: 'no model' }));
    expect(asked).toEqual(['torn', 'a']);
    prefetch.want(['torn', 'a']);
    await settled();
    expect(asked).toEqual(['torn', 'a', 'a']);
  });

  test('closed, it begins nothing', async () => {
    const { prefetch, asked, withdrawn, answers, settled } = bench();
    prefetch.want(['a', 'b']);
    await settled();
    prefetch.close();
    expect(withdrawn).toEqual(['a']);
    await answers(madeWay);
    expect(asked).toEqual(['a']);
  });

  test('when all begins anew, what was prepared is prepared again, and so is what was being prepared', async () => {
    const { prefetch, asked, answers, settled } = bench();
    prefetch.want(['a', 'b']);
    await settled();
    await answers(ready);
    prefetch.beginAnew();
    await answers(ready);
    await answers(ready);
    await answers(ready);
    expect(asked).toEqual(['a', 'b', 'a', 'b']);
    await answers(ready);
    expect(asked).toHaveLength(4);
  });
});
