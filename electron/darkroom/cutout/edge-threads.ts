/**
 * The work along edges, tile by tile: by the thread that makes the cut-out, together with others that have nothing else to do. It comes
 * out the same to the last bit, whoever does which tile.
 */
import { inTurn, sharedBytes, sharedFloats, type Take, Turns } from '../filters/turns.ts';
import { type EdgeInput, type Fitted, fitAgain, fitToNetwork, ROUNDS, refitted, surroundings } from './edges.ts';
import { type MattedPicture, type WideLook, writeSides } from './foreground.ts';

/** A round of work. Everything lies in memory that threads share, so that what one of them writes is there for all. */
type EdgeWork =
  | { readonly kind: 'fit'; readonly input: EdgeInput; readonly around: Float32Array; readonly fitted: Fitted }
  | { readonly kind: 'fit again'; readonly input: EdgeInput; readonly fitted: Fitted }
  | { readonly kind: 'sides'; readonly seen: MattedPicture; readonly look: WideLook; readonly sides: Uint8Array };

/** What other threads are called with. */
export interface EdgeCall {
  readonly turns: SharedArrayBuffer;
  readonly work: EdgeWork;
}

/** Threads that may take part. */
export interface EdgeThreads {
  /** Starts those that do not run yet: they are wanted soon. */
  ready(): void;
  /** Each answers by `helpWithEdges` when it has nothing else to do. */
  call(what: EdgeCall): void;
  /** How long one may take for a tile before the work is done without it; five seconds when not given. */
  readonly tileWithinMs?: number;
}

/** Nobody else. */
export const ALONE: EdgeThreads = { ready: () => undefined, call: () => undefined };

/** A tile takes one or two milliseconds; on a machine that is out of memory, a thousand times that. */
const TILE_WITHIN_MS = 5000;

/** In a thread that was called. */
export function helpWithEdges({ turns, work }: EdgeCall): void {
  new Turns(turns).help((take) => doTiles(work, take));
}

/** The linear functions near edges: four values per pixel, alpha = l0 r + l1 g + l2 b + l3. Elsewhere they are left at 0. */
export function fitEdges(input: EdgeInput, threads: EdgeThreads): Float32Array {
  return withOthers(threads, (share) => {
    const area = input.zone.length;
    const fitted: Fitted = { linear: sharedFloats(4 * area), trust: sharedFloats(area) };
    if (!share({ kind: 'fit', input, around: surroundings(input), fitted })) return null;
    for (let round = 0; round < ROUNDS; round++) {
      if (!share({ kind: 'fit again', input: { ...input, matte: refitted(input, fitted.linear) }, fitted })) return null;
    }
    return fitted.linear;
  });
}

/** The mean colours of both sides near edges, as `writeSides` writes them. */
export function sidesAlong(seen: MattedPicture, look: WideLook, threads: EdgeThreads): Uint8Array {
  return withOthers(threads, (share) => {
    const sides = sharedBytes(6 * seen.zone.length);
    return share({ kind: 'sides', seen, look, sides }) ? sides : null;
  });
}

/** Has a round done. @returns false: nothing of it may be used */
type Share = (work: EdgeWork) => boolean;

const alone: Share = (work) => {
  doTiles(work, inTurn());
  return true;
};

/** What others failed in is made again without them, and in new memory: one that is late may still write to the old. */
function withOthers<T>(threads: EdgeThreads, make: (share: Share) => T | null): T {
  const together: Share = (work) => {
    const turns = new Turns();
    threads.call({ turns: turns.memory, work });
    return turns.lead((take) => doTiles(work, take), threads.tileWithinMs ?? TILE_WITHIN_MS);
  };
  const made = make(together) ?? make(alone);
  if (made === null) throw new Error('edges that are worked out alone are always finished');
  return made;
}

function doTiles(work: EdgeWork, take: Take): void {
  if (work.kind === 'fit') fitToNetwork(work.input, work.around, work.fitted, take);
  else if (work.kind === 'fit again') fitAgain(work.input, work.fitted, take);
  else writeSides(work.seen, work.look, work.sides, take);
}
