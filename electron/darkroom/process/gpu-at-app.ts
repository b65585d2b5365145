/** The graphics processor as the darkroom's process sees it: over the app, which alone can start the process that asks it. */
import type { Result } from '../../../shared/result.ts';
import type { GpuDoor, GpuLook } from '../matte/gpu.ts';
import type { GpuWish, Request } from './protocol.ts';

/** One wish after the other; each is answered, as the app ends what does not answer by itself. */
export class GpuAtApp implements GpuDoor {
  readonly #send: (wish: GpuWish) => void;
  readonly #waiting = new Map<number, (result: Result<Uint8Array>) => void>();
  #lastId = 0;

  constructor(send: (wish: GpuWish) => void) {
    this.#send = send;
  }

  async look(job: GpuLook): Promise<Uint8Array> {
    this.#lastId += 1;
    const id = this.#lastId;
    const result = await new Promise<Result<Uint8Array>>((answered) => {
      this.#waiting.set(id, answered);
      this.#send({ kind: 'look', id, job });
    });
    if (!result.ok) throw new Error(result.error.message);
    if (result.value.length !== job.size * job.size) throw new Error('the graphics processor answered in another shape');
    return result.value;
  }

  leave(): void {
    this.#send({ kind: 'leave gpu' });
  }

  /** Takes every message from the app; what is no answer to it is not heard. */
  hear(message: unknown): void {
    // The other end is our own client.ts, built from the same protocol.
    const request = message as Request;
    if (request.kind !== 'looked') return;
    this.#waiting.get(request.id)?.(request.result);
    this.#waiting.delete(request.id);
  }
}
