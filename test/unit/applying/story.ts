/** What may happen to paid work: deaths of the process, faults of the network, holds that lapse, a user who cancels. */
import fc from 'fast-check';
import type { Fault } from './model-server.ts';

const FAULTS: readonly Fault[] = ['none', 'none', 'drop request', 'drop response', 'fault 500', 'busy 503', 'proxy page'];

export interface Story {
  readonly photos: number;
  readonly credits: number;
  readonly broken: readonly boolean[];
  /** After how many passed places each process dies. */
  readonly deaths: readonly number[];
  readonly faults: readonly Fault[];
  /** Before which process the server gives every open hold back. */
  readonly lapseBefore: number | null;
  /** In which process the user cancels, as soon as there is something to cancel. */
  readonly cancelIn: number | null;
}

/** How each part of a story is drawn. One credit more than photos at the most: enough, and too little. */
export const storyOf = (photos: number) => ({
  photos: fc.integer({ min: 1, max: photos }),
  credits: fc.integer({ min: 0, max: photos + 1 }),
  broken: fc.array(fc.boolean(), { minLength: photos, maxLength: photos }),
  deaths: fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 4 }),
  faults: fc.array(fc.constantFrom(...FAULTS), { maxLength: 12 }),
  lapseBefore: fc.option(fc.integer({ min: 0, max: 4 })),
  cancelIn: fc.option(fc.integer({ min: 0, max: 4 })),
});
