/** Chance that can be had again: everything about a hostile picture follows from its seed. */
import { hash } from '../../../../shared/edit/backdrops/noise.ts';

/** Throws of one seed, one after the other. */
export class Dice {
  readonly #seed: number;
  #thrown = 0;

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** A whole number from 0 to `sides` - 1. */
  below(sides: number): number {
    this.#thrown += 1;
    return hash(this.#thrown, sides, this.#seed) % Math.max(1, sides);
  }

  /** A whole number from `least` to `most`, both included. */
  between(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }

  /** One of them. Throws when there is none. */
  oneOf<T>(choices: readonly T[]): T {
    const choice = choices[this.below(choices.length)];
    if (choice === undefined) throw new Error('nothing to choose from');
    return choice;
  }

  bytes(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => this.below(256)));
  }
}
