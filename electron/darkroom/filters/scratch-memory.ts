/**
 * Working memory for tiles: arrays are taken from one block and given back in turn, because hundreds of tiles with dozens of small
 * arrays each would otherwise keep the garbage collector busier than the processor.
 */
export interface ScratchMemory {
  /** An array of that length; its content is whatever was there. */
  take(length: number): Float32Array;
  /** Gives the last `length` values back. */
  giveBack(length: number): void;
  /** Gives everything back: for the next tile. */
  clear(): void;
}

/** For work that is done tile by tile: one block, given back in turn. */
export class TileMemory implements ScratchMemory {
  #block = new Float32Array(1 << 16);
  #used = 0;

  take(length: number): Float32Array {
    if (this.#used + length > this.#block.length) {
      // Arrays that were taken before stay valid: they keep the old block alive until they are done.
      this.#block = new Float32Array(Math.max(2 * this.#block.length, length));
      this.#used = 0;
    }
    this.#used += length;
    return this.#block.subarray(this.#used - length, this.#used);
  }

  giveBack(length: number): void {
    this.#used = Math.max(0, this.#used - length);
  }

  clear(): void {
    this.#used = 0;
  }
}

/** For work that is not done tile by tile. */
export const sharedScratch: ScratchMemory = {
  take: (length) => new Float32Array(length),
  giveBack: () => undefined,
  clear: () => undefined,
};
