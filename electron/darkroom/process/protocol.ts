/** What the app's main process and the darkroom's process say to each other. Structured clones; never anything from the renderer. */
import type { Problem, Result } from '../../../shared/result.ts';
import type { GpuLook } from '../matte/gpu.ts';
import type { OnProgress, WholeDarkroom } from '../port.ts';

/** What the darkroom's processes can be asked for, each of them for a part of it. */
export interface Jobs extends WholeDarkroom {
  /** What the network says of a picture, by the graphics processor: size * size bytes. */
  look(job: GpuLook, onProgress?: OnProgress): Promise<Result<Uint8Array>>;
}

/** The calls of the darkroom that travel between processes. */
export type JobName = 'inspect' | 'prepare' | 'regions' | 'export' | 'process' | 'adopt' | 'network' | 'prefetch' | 'look';
/** What such a call is given. */
export type JobOf<N extends JobName> = Parameters<Jobs[N]>[0];

/** From the app to the darkroom's process; `id` comes back with every reply. */
export type Request =
  | { readonly kind: 'job'; readonly id: number; readonly name: JobName; readonly job: JobOf<JobName> }
  /** Nobody wants the answer to that job any more: it may end at once, and is answered all the same. */
  | { readonly kind: 'withdraw'; readonly id: number }
  /** What became of a `look` of that number. */
  | { readonly kind: 'looked'; readonly id: number; readonly result: Result<Uint8Array> }
  /** Finish what runs, then leave. */
  | { readonly kind: 'close' };

/** The darkroom's process cannot start another one: what it wants of the graphics processor, the app asks of that one's process. */
export type GpuWish =
  | { readonly kind: 'look'; readonly id: number; readonly job: GpuLook }
  /** It is not asked any more for now: its process may end. */
  | { readonly kind: 'leave gpu' };

/** Progress 0 says that the job has begun: until then it waits for its turn. */
export type Reply =
  | GpuWish
  | { readonly kind: 'done'; readonly id: number; readonly result: Result<unknown, Problem> }
  | { readonly kind: 'progress'; readonly id: number; readonly fraction: number };
