/** The graphics processor answers when it is ready, and whatever becomes of it, the processor answers in its place. */
import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { Gpu, type GpuDoor, type GpuLook, holdGpuTrial } from '../../../electron/darkroom/matte/gpu.ts';
import type { ModelSize } from '../../../electron/darkroom/matte/network.ts';
import { objection } from '../../../electron/darkroom/matte/trial.ts';

const picture = { data: new Uint8Array(12), width: 2, height: 2 };
const sample = async () => ({ data: new Uint8Array(12).fill(7), width: 2, height: 2 });
const graph = async (size: ModelSize) => `isnet-${size}.onnx`;
const MATTE = Uint8Array.of(250, 240, 3, 4);

/** A graphics processor that does one after the other of these; the last one over and over. */
function machine(...does: readonly (() => Promise<Uint8Array>)[]) {
  const asked: string[] = [];
  const left: number[] = [];
  let givenUp = 0;
  const door: GpuDoor = {
    look({ path, picture: seen }: GpuLook) {
      asked.push(`${path}${seen === picture ? '' : ', sample'}`);
      const next = does[Math.min(asked.length, does.length) - 1];
      return next === undefined ? Promise.reject(new Error('nothing to do')) : next();
    },
    leave: () => void left.push(asked.length),
  };
  const gpu = new Gpu({ door, graph, sample, withinMs: 1, givenUp: () => (givenUp += 1) });
  return { gpu, asked, left, givenUp: () => givenUp };
}

const answers = async (): Promise<Uint8Array> => MATTE;
const fails = (): Promise<Uint8Array> => Promise.reject(new Error('device lost'));
const neverAnswers = (): Promise<Uint8Array> => new Promise(() => undefined);

/** Until what was begun meanwhile is done. */
async function settled(): Promise<void> {
  for (let n = 0; n < 5; n++) await setImmediate();
}

describe('a graphics processor in use', () => {
  test('is not waited for: until its shaders are there, the processor answers', async () => {
    const { gpu, asked } = machine(answers);
    expect(await gpu.matte(512, picture)).toBeNull();
    await settled();
    expect(gpu.isReady(512)).toBe(true);
    expect(gpu.isReady(1024)).toBe(false);
    expect(await gpu.matte(512, picture)).toBe(MATTE);
    expect(asked).toEqual(['isnet-512.onnx, sample', 'isnet-512.onnx']);
  });

  test.each([
    ['loses its device', fails],
    ['does not answer', neverAnswers],
  ])('that %s is not heard for that picture, and warmed for the next one', async (_what, goesWrong) => {
    const { gpu, asked, givenUp } = machine(answers, goesWrong, answers);
    gpu.warm(512);
    await settled();
    expect(await gpu.matte(512, picture)).toBeNull();
    await settled();
    expect(await gpu.matte(512, picture)).toBe(MATTE);
    expect(asked).toEqual(['isnet-512.onnx, sample', 'isnet-512.onnx', 'isnet-512.onnx, sample', 'isnet-512.onnx']);
    expect(givenUp()).toBe(0);
  });

  test('that fails a third time is given up, and not asked again', async () => {
    const { gpu, asked, givenUp } = machine(fails);
    gpu.warm(512);
    await settled();
    expect([asked.length, givenUp()]).toEqual([3, 1]);
    expect(await gpu.matte(512, picture)).toBeNull();
    gpu.warm(1024);
    await settled();
    expect([asked.length, givenUp()]).toEqual([3, 1]);
  });

  test('is not waited for while the shaders of the other size are compiled', async () => {
    const large = Promise.withResolvers<Uint8Array>();
    const { gpu, asked } = machine(answers, () => large.promise, answers);
    gpu.warm(512);
    await settled();
    gpu.warm(1024);
    expect(await gpu.matte(512, picture)).toBeNull();
    large.resolve(MATTE);
    await settled();
    expect(await gpu.matte(512, picture)).toBe(MATTE);
    expect(asked).toEqual(['isnet-512.onnx, sample', 'isnet-1024.onnx, sample', 'isnet-512.onnx']);
  });

  test('is not given up because the files of the network are damaged', async () => {
    let damaged = true;
    let givenUp = 0;
    const door: GpuDoor = { look: answers, leave: () => undefined };
    const proven = async (size: ModelSize): Promise<string> => {
      if (damaged) throw new Error('damaged');
      return graph(size);
    };
    const gpu = new Gpu({ door, graph: proven, sample, givenUp: () => (givenUp += 1) });
    for (let n = 0; n < 4; n++) {
      expect(await gpu.matte(512, picture)).toBeNull();
      await settled();
    }
    damaged = false;
    gpu.warm(512);
    await settled();
    expect(await gpu.matte(512, picture)).toBe(MATTE);
    expect(givenUp).toBe(0);
  });

  test('that was let go is warmed anew, and what it was asked before counts no more', async () => {
    const late = Promise.withResolvers<Uint8Array>();
    const { gpu, left } = machine(() => late.promise, answers);
    gpu.warm(512);
    await settled();
    gpu.leave();
    late.resolve(MATTE);
    await settled();
    expect(left).toEqual([1]);
    expect(gpu.isReady(512)).toBe(false);
    expect(await gpu.matte(512, picture)).toBeNull();
    await settled();
    expect(gpu.isReady(512)).toBe(true);
  });
});

describe('the trial', () => {
  /** Both take so long for a look; what the graphics processor answers at each size. */
  function trial({
    cpuMs = 400,
    gpuMs = 100,
    answer = () => MATTE,
  }: {
    cpuMs?: number;
    gpuMs?: number;
    answer?: (size: number) => Uint8Array;
  }) {
    let ms = 0;
    const asked: string[] = [];
    const door: GpuDoor = {
      async look({ size }) {
        asked.push(`gpu ${size}`);
        ms += gpuMs;
        return answer(size);
      },
      leave: () => undefined,
    };
    const usual = async (size: ModelSize): Promise<Uint8Array> => {
      asked.push(`cpu ${size}`);
      ms += cpuMs;
      return MATTE;
    };
    const hold = (step = (): void => undefined) => holdGpuTrial({ door, graph, sample, usual, step, now: () => ms });
    return { asked, hold };
  }

  test('is held at both sizes', async () => {
    const { asked, hold } = trial({});
    const found = await hold();
    expect(found).toEqual({ usualMs: 400, candidateMs: 100, difference: 0, flipped: 0 });
    expect(objection(found)).toBeNull();
    const at = (size: number): string[] => [`gpu ${size}`, ...Array.from({ length: 3 }, () => [`cpu ${size}`, `gpu ${size}`]).flat()];
    expect(asked).toEqual([...at(512), ...at(1024)]);
  });

  test('ends with the small size where that is slower, or another matte', async () => {
    for (const [change, expected] of [
      [{ gpuMs: 380 }, 'no faster'],
      [{ answer: () => Uint8Array.of(3, 240, 3, 4) }, 'another matte'],
    ] as const) {
      const { asked, hold } = trial(change);
      expect(objection(await hold())).toBe(expected);
      expect(asked).not.toContain('gpu 1024');
    }
  });

  test('finds what goes wrong at the large size alone', async () => {
    const { hold } = trial({ answer: (size) => (size === 1024 ? new Uint8Array(4) : MATTE) });
    expect(objection(await hold())).toBe('another matte');
  });

  test('asks nothing of the processor where no graphics processor answers', async () => {
    const { asked, hold } = trial({
      answer: () => {
        throw new Error('no adapter');
      },
    });
    await expect(hold()).rejects.toThrow('no adapter');
    expect(asked).toEqual(['gpu 512']);
  });

  test('can make way before each look', async () => {
    const { asked, hold } = trial({});
    await expect(
      hold(() => {
        if (asked.length === 3) throw new Error('made way');
      }),
    ).rejects.toThrow('made way');
    expect(asked).toHaveLength(3);
  });
});
