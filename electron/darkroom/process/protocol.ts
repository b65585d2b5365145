/** What the app's main process and the darkroom's process say to each other. Structured clones; never anything from the renderer. */
import type { Problem, Result } from '../../../shared/result.ts';
import type { WholeDarkroom } from '../port.ts';

/** The calls of the darkroom that travel between processes. */
export type JobName = 'inspect' | 'prepare' | 'regions' | 'export' | 'process' | 'adopt' | 'network' | 'prefetch';
/** What such a call is given. */
export type JobOf<N extends JobName> = Parameters<WholeDarkroom[N]>[0];

/** From the app to the darkroom's process; `id` comes back with every reply. */
export type Request =
  | { readonly kind: 'job'; readonly id: number; readonly name: JobName; readonly job: JobOf<JobName> }
  /** Nobody wants the answer to that job any more: it may end at once, and is answered all the same. */
  | { readonly kind: 'withdraw'; readonly id: number }
  /** Finish what runs, then leave. */
  | { readonly kind: 'close' };

/** Progress 0 says that the job has begun: until then it waits for its turn. */
export type Reply =
  | { readonly kind: 'done'; readonly id: number; readonly result: Result<unknown, Problem> }
  | { readonly kind: 'progress'; readonly id: number; readonly fraction: number };
