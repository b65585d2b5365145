/** The part of the darkroom that asks the graphics processor, in a process of its own (gpu-worker.ts). */
import { setImmediate } from 'node:timers/promises';
import type { InferenceSession } from 'onnxruntime-node';
import { ok, type Result } from '../../../shared/result.ts';
import type { GpuLook } from '../matte/gpu.ts';
import { askNetwork, loadNetwork } from '../matte/network.ts';
import type { OnProgress } from '../port.ts';
import type { Jobs } from './protocol.ts';

/** What the graphics processor cannot do of a graph, one core does. */
const THREADS = 1;

/** One look at a time; graphs stay loaded. */
export class GpuRoom implements Pick<Jobs, 'look' | 'close'> {
  readonly #sessions = new Map<string, Promise<InferenceSession>>();
  #turn: Promise<unknown> = Promise.resolve();

  look({ path, size, picture }: GpuLook, onProgress: OnProgress = () => undefined): Promise<Result<Uint8Array>> {
    const run = this.#turn.then(async () => {
      onProgress(0);
      // A driver that never comes back holds this thread: that the look has begun, from where its time counts, has to be said before.
      await setImmediate();
      return ok(await askNetwork(await this.#session(path), size, picture));
    });
    this.#turn = run.catch(() => undefined);
    return run;
  }

  async close(): Promise<void> {
    await this.#turn;
    for (const outcome of await Promise.allSettled(this.#sessions.values()))
      if (outcome.status === 'fulfilled') await outcome.value.release();
  }

  #session(path: string): Promise<InferenceSession> {
    const known = this.#sessions.get(path);
    if (known !== undefined) return known;
    const loading = loadNetwork(path, THREADS, false, 'webgpu');
    this.#sessions.set(path, loading);
    loading.catch(() => this.#sessions.delete(path));
    return loading;
  }
}
