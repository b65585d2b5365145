/**
 * Work on many tiles that several threads share. Each takes the next tile as soon as it has done one, so that who comes late, or not at
 * all because it is busy elsewhere, only does less of them. What a tile comes out as does not depend on who did it.
 */

/** The number of the next tile that nobody has taken, from 0; it goes on beyond the last one. */
export type Take = () => number;

/** For who works alone. */
export function inTurn(): Take {
  let next = 0;
  return () => next++;
}

/** Planes that every thread sees, instead of a copy of its own. */
export const sharedFloats = (length: number): Float32Array => new Float32Array(new SharedArrayBuffer(4 * length));
/** Likewise. */
export const sharedBytes = (length: number): Uint8Array => new Uint8Array(new SharedArrayBuffer(length));

const NEXT = 0;
const AT_WORK = 1;
const FAILED = 2;

/** The turns of one piece of work: one thread leads, the others help if they have the time. */
export class Turns {
  /** What another thread makes the same turns of. */
  readonly memory: SharedArrayBuffer;
  readonly #state: Int32Array;

  constructor(memory = new SharedArrayBuffer(3 * Int32Array.BYTES_PER_ELEMENT)) {
    this.memory = memory;
    this.#state = new Int32Array(memory);
  }

  /** Does its own share. Who comes when all tiles are taken finds none. */
  help(work: (take: Take) => void): void {
    // Before the first tile is taken: whoever leads and finds none left sees that somebody is at work on one.
    Atomics.add(this.#state, AT_WORK, 1);
    let isDone = false;
    try {
      work(this.#take);
      isDone = true;
    } finally {
      if (!isDone) Atomics.store(this.#state, FAILED, 1);
      Atomics.sub(this.#state, AT_WORK, 1);
      Atomics.notify(this.#state, AT_WORK);
    }
  }

  /**
   * Does its own share, and waits for the tiles that others are at: each takes a millisecond or two.
   * @returns false: somebody failed, or did not finish in time. Nothing of it may be used, as a tile is missing
   */
  lead(work: (take: Take) => void, withinMs: number): boolean {
    work(this.#take);
    let atWork = Atomics.load(this.#state, AT_WORK);
    while (atWork > 0) {
      if (Atomics.wait(this.#state, AT_WORK, atWork, withinMs) === 'timed-out') return false;
      atWork = Atomics.load(this.#state, AT_WORK);
    }
    return Atomics.load(this.#state, FAILED) === 0;
  }

  readonly #take: Take = () => Atomics.add(this.#state, NEXT, 1);
}
