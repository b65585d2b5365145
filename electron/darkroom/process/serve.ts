/** Answers a darkroom's jobs over messages: the other end of client.ts. */
import { fail, type Result } from '../../../shared/result.ts';
import type { OnProgress } from '../port.ts';
import { problem, readProblem } from '../problems.ts';
import type { JobOf, Jobs, Reply, Request } from './protocol.ts';

/** A darkroom, or a part of one: what it cannot do it refuses. */
export type Served = Pick<Jobs, 'close'> & Partial<Jobs>;

/** @returns what to do with every message; `left` is called once the darkroom is closed. */
export function serveDarkroom(darkroom: Served, send: (reply: Reply) => void, left: () => void): (message: unknown) => void {
  const withdrawals = new Map<number, AbortController>();
  return (message) => {
    // The other end is our own client.ts, built from the same protocol.
    const request = message as Request;
    // Heard by whoever asked (GpuAtApp).
    if (request.kind === 'looked') return;
    if (request.kind === 'close') {
      void darkroom.close().finally(left);
      return;
    }
    const { id } = request;
    if (request.kind === 'withdraw') return withdrawals.get(id)?.abort();
    const withdrawn = new AbortController();
    withdrawals.set(id, withdrawn);
    run(darkroom, request, (fraction) => send({ kind: 'progress', id, fraction }), withdrawn.signal)
      .catch((error: unknown) => fail(readProblem(error, request.job.path)))
      .then((result) => {
        withdrawals.delete(id);
        send({ kind: 'done', id, result });
      });
  };
}

async function run(
  darkroom: Served,
  request: Extract<Request, { kind: 'job' }>,
  onProgress: OnProgress,
  withdrawn: AbortSignal,
): Promise<Result<unknown>> {
  const refused = fail(problem('darkroom_stopped', request.job.path));
  // `name` says which of the jobs it is.
  switch (request.name) {
    case 'inspect':
      return (await darkroom.inspect?.(request.job as JobOf<'inspect'>, onProgress)) ?? refused;
    case 'prepare':
      return (await darkroom.prepare?.(request.job as JobOf<'prepare'>, onProgress)) ?? refused;
    case 'regions':
      return (await darkroom.regions?.(request.job as JobOf<'regions'>, onProgress)) ?? refused;
    case 'export':
      return (await darkroom.export?.(request.job as JobOf<'export'>, onProgress)) ?? refused;
    case 'process':
      return (await darkroom.process?.(request.job as JobOf<'process'>, onProgress)) ?? refused;
    case 'prefetch':
      return (await darkroom.prefetch?.(request.job as JobOf<'prefetch'>, onProgress, withdrawn)) ?? refused;
    case 'network':
      return (await darkroom.network?.(request.job as JobOf<'network'>, onProgress)) ?? refused;
    case 'look':
      return (await darkroom.look?.(request.job as JobOf<'look'>, onProgress)) ?? refused;
    case 'adopt':
      return (await darkroom.adopt?.(request.job as JobOf<'adopt'>, onProgress)) ?? refused;
  }
}
