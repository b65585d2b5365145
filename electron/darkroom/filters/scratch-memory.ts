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

export function createScratchMemory(): ScratchMemory {
  let block = new Float32Array(1 << 16);
  let used = 0;
  return {
    take(length) {
      if (used + length > block.length) {
        // Arrays that were taken before stay valid: they keep the old block alive until they are done.
        block = new Float32Array(Math.max(2 * block.length, length));
        used = 0;
      }
      used += length;
      return block.subarray(used - length, used);
    },
    giveBack(length) {
      used = Math.max(0, used - length);
    },
    clear() {
      used = 0;
    },
  };
}

/** For work that is not done tile by tile. */
export const sharedScratch: ScratchMemory = {
  take: (length) => new Float32Array(length),
  giveBack: () => undefined,
  clear: () => undefined,
};
