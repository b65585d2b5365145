/**
 * The graphics processor in a process of its own: that it answers what the processor answers, and that one without it, or with a driver that crashes
 * or hangs, says so in the end. Tried for real on SwiftShader, a Vulkan in software that every Electron brings along.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { askNetwork, loadNetwork } from '../../../electron/darkroom/matte/network.ts';
import { writeNetwork } from '../../../electron/darkroom/matte/onnx-network.mjs';
import { type ChildLike, DarkroomClient } from '../../../electron/darkroom/process/client.ts';
import { childOf, forkWorker } from '../../../electron/darkroom/process/forked.ts';
import { GpuAtApp } from '../../../electron/darkroom/process/gpu-at-app.ts';
import type { GpuWish, Request } from '../../../electron/darkroom/process/protocol.ts';
import { installedElectron } from '../../../scripts/setup/electron.mjs';
import { temporaryFolder } from './scenes.ts';
import { random, smallNetwork } from './small-network.ts';

/** The app between the darkroom's process, whose end of it is `gpu`, and that of the graphics processor. */
function app(start: (() => ChildProcess) | null, gpuWithinMs = 60_000) {
  const children: ChildProcess[] = [];
  const gpu = new GpuAtApp((wish) => ask(wish));
  let ask: (wish: GpuWish) => void = () => undefined;
  const room = (): ChildLike => {
    let exit: (code: number) => void = () => undefined;
    return {
      postMessage(message) {
        if ((message as Request).kind === 'close') exit(0);
        gpu.hear(message);
      },
      // One of the two events of ChildLike, each with its own listener.
      on(event: 'message' | 'exit', listener: (value: never) => void) {
        if (event === 'message') ask = listener as typeof ask;
        else exit = listener as typeof exit;
      },
      kill: () => undefined,
    };
  };
  const started = (begin: () => ChildProcess) => (): ChildLike => {
    const child = begin();
    children.push(child);
    return childOf(child);
  };
  const spawnGpu = start === null ? {} : { spawnGpu: started(start) };
  const client = new DarkroomClient({ spawn: room, spawnPreview: room, ...spawnGpu, gpuWithinMs });
  // A job that is never done keeps the darkroom's process there.
  void client.inspect({ path: '/photos/a.jpg', thumbPath: '/t', screenPath: '/s' });
  onTestFinished(() => client.close());
  return { gpu, children };
}

const SIDE = 64;
const picture = { data: Uint8Array.from({ length: 3 * SIDE * SIDE }, (_, n) => (n * 7 + (n >> 9) * 13) % 256), width: SIDE, height: SIDE };

/** A network of ISNet's operators. */
function graph(): string {
  const next = random(5);
  const path = join(temporaryFolder(), 'small.onnx');
  writeFileSync(path, writeNetwork(smallNetwork(SIDE, () => 0.35 * next())));
  return path;
}

/** A process that hears what it is asked, says that it has begun, and then does this. */
function doing(what: string): () => ChildProcess {
  const path = join(temporaryFolder(), 'driver.mjs');
  writeFileSync(
    path,
    `process.on('message', ({ kind, id }) => {
      if (kind !== 'job') process.exit(0);
      process.send({ kind: 'progress', id, fraction: 0 }, () => { ${what} });
    });`,
  );
  return () => fork(path, { serialization: 'advanced' });
}

const left = (child: ChildProcess | undefined): Promise<string | number | null> =>
  new Promise((resolve) => {
    if (child === undefined) return resolve(null);
    if (child.exitCode !== null || child.signalCode !== null) return resolve(child.signalCode ?? child.exitCode);
    child.once('exit', (code, signal) => resolve(signal ?? code));
  });

/** What a process needs to find SwiftShader; null where there is none. */
function softwareVulkan(): NodeJS.ProcessEnv | null {
  const folder = process.platform === 'linux' ? installedElectron()?.folder : undefined;
  const manifest = folder === undefined ? '' : join(folder, 'vk_swiftshader_icd.json');
  if (folder === undefined || !existsSync(manifest) || !existsSync(join(folder, 'libvulkan.so.1'))) return null;
  return { ...process.env, LD_LIBRARY_PATH: folder, VK_DRIVER_FILES: manifest, VK_ICD_FILENAMES: manifest };
}

const vulkan = softwareVulkan();
const why = vulkan === null ? ' (left out: there is no software Vulkan, which comes with Electron for Linux)' : '';

test.skipIf(vulkan === null)(`answers what the processor answers, and leaves when it is not asked any more${why}`, async () => {
  const path = graph();
  const { gpu, children } = app(() => forkWorker('gpu-worker', { env: vulkan ?? {} }));
  const onGpu = await gpu.look({ path, size: SIDE, picture });
  const session = await loadNetwork(path, 1);
  const onCpu = await askNetwork(session, SIDE, picture);
  await session.release();
  expect(Math.max(...onGpu.map((value, i) => Math.abs(value - (onCpu[i] ?? 0))))).toBeLessThanOrEqual(1);
  expect(new Set(onGpu).size).toBeGreaterThan(20);
  gpu.leave();
  expect(await left(children[0])).toBe(0);
  expect(children).toHaveLength(1);
});

test('says that there is none', async () => {
  const none = { ...process.env, VK_DRIVER_FILES: '/nowhere.json', VK_ICD_FILENAMES: '/nowhere.json' };
  const { gpu } = app(process.platform === 'linux' ? () => forkWorker('gpu-worker', { env: none }) : null);
  await expect(gpu.look({ path: graph(), size: SIDE, picture })).rejects.toThrow(Error);
});

test('a driver that takes its process along fails the look, and the next one starts another process', async () => {
  const { gpu, children } = app(doing("process.kill(process.pid, 'SIGSEGV')"));
  for (const n of [0, 1]) {
    await expect(gpu.look({ path: 'a.onnx', size: SIDE, picture })).rejects.toThrow(Error);
    expect(await left(children[n])).toBe('SIGSEGV');
  }
  expect(children).toHaveLength(2);
});

test('a driver that never comes back is ended with its process, and the look fails', async () => {
  const { gpu, children } = app(doing('Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)'), 50);
  await expect(gpu.look({ path: 'a.onnx', size: SIDE, picture })).rejects.toThrow(Error);
  expect(await left(children[0])).toBe('SIGKILL');
});

test('an answer of another shape is none', async () => {
  const { gpu } = app(doing("process.send({ kind: 'done', id, result: { ok: true, value: new Uint8Array(7) } })"));
  await expect(gpu.look({ path: 'a.onnx', size: SIDE, picture })).rejects.toThrow('another shape');
});
