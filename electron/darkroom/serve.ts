/** Answers a darkroom's jobs over messages: the other end of client.ts. */
import { fail } from '../../shared/result.ts';
import type { Darkroom } from './port.ts';
import { readProblem } from './problems.ts';
import type { JobOf, Reply, Request } from './protocol.ts';

/** @returns what to do with every message; `left` is called once the darkroom is closed. */
export function serveDarkroom(darkroom: Darkroom, send: (reply: Reply) => void, left: () => void): (message: unknown) => void {
  return (message) => {
    // The other end is our own client.ts, built from the same protocol.
    const request = message as Request;
    if (request.kind === 'close') {
      void darkroom.close().finally(left);
      return;
    }
    const { id } = request;
    run(darkroom, request, (fraction) => send({ kind: 'progress', id, fraction }))
      .catch((error: unknown) => fail(readProblem(error, request.job.path)))
      .then((result) => send({ kind: 'done', id, result }));
  };
}

function run(darkroom: Darkroom, request: Extract<Request, { kind: 'job' }>, onProgress: (fraction: number) => void) {
  // `name` says which of the jobs it is.
  switch (request.name) {
    case 'inspect':
      return darkroom.inspect(request.job as JobOf<'inspect'>);
    case 'prepare':
      return darkroom.prepare(request.job as JobOf<'prepare'>);
    case 'export':
      return darkroom.export(request.job as JobOf<'export'>, onProgress);
    case 'process':
      return darkroom.process(request.job as JobOf<'process'>, onProgress);
  }
}
