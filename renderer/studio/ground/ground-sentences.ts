/** What the studio says of the ground under a car: whether its wheels are known, and what became of the old shadow. Pure. */
import type { Ground } from '../../../shared/edit/ground.ts';
import type { Stroke } from '../../../shared/edit/recipe.ts';
import { isOfGround } from '../../state/recipes.ts';

/** What is known when something is said. */
export interface GroundFacts {
  /** As it comes with the cut-out; null: no wheels are known. */
  readonly ground: Ground | null;
  /** The cut-out is the one that is exported; before that nobody has looked for wheels. */
  readonly looked: boolean;
  readonly strokes: readonly Stroke[];
}

/** What can be done about it, besides showing the wheels. */
export type GroundOffer = 'confirm' | 'keep' | 'remove' | 'again';

/** What is said, and what is offered. */
export interface GroundSaid {
  /** One or two words for the folded section. */
  readonly summary: string;
  readonly sentence: string;
  readonly offers: readonly GroundOffer[];
}

/** Hubs that the user showed, in fractions of the photo. */
export const hubsIn = (strokes: readonly Stroke[]): readonly (readonly [number, number])[] =>
  strokes.flatMap((stroke) => (stroke.mode === 'hub' ? [stroke.at] : []));

/** What the user said last of the old shadow; null: nothing. */
const wishFor = (strokes: readonly Stroke[]): boolean | null => strokes.findLast((stroke) => stroke.mode === 'old-shadow')?.remove ?? null;

/** The wheels were found, but nobody can be sure of them: the user is asked. */
export const isAsked = ({ ground, strokes }: GroundFacts): boolean =>
  ground?.standing === 'unsure' && wishFor(strokes) === null && hubsIn(strokes).length === 0;

/** The question itself. */
export const QUESTION = 'Are these the wheels? Until you say so, an old shadow under the car stays.';

/** While the wheels are being marked. */
export const HOW_TO_MARK =
  'Click on the middle of both wheels on the near side, or move the cross with the arrow keys and press Enter. A third mark replaces the nearer one.';

/** While shadows are clicked on. */
export const HOW_TO_CLICK =
  'Click on an old shadow that was kept, or move the cross with the arrow keys and press Enter. Where the wheels are known it goes there, up to the body, and tyres stay; elsewhere what is as dark and even around the place goes. Undo brings it back.';

/** The section's own words. */
export function groundSaid(facts: GroundFacts): GroundSaid {
  const { ground, looked, strokes } = facts;
  const hubs = hubsIn(strokes).length;
  const wish = wishFor(strokes);
  const again: readonly GroundOffer[] = strokes.some(isOfGround) ? ['again'] : [];
  if (!looked) return { summary: '', sentence: 'The wheels are looked for with the better cut-out.', offers: again };
  if (wish === false) return { summary: 'Kept', sentence: 'The old shadow stays as it was photographed.', offers: ['remove', ...again] };
  if (hubs === 1) return { summary: 'One wheel', sentence: 'Now click on the middle of the other wheel on the same side.', offers: again };
  if (ground === null)
    return {
      summary: 'No wheels',
      sentence:
        hubs === 0
          ? 'No two wheels of a car were found. If an old shadow was left under one, click on the middle of both wheels on the near side.'
          : 'There is no car at these places. Click on the middle of both wheels on the near side.',
      offers: again,
    };
  if (isAsked(facts)) return { summary: 'Asks', sentence: QUESTION, offers: ['confirm', 'keep'] };
  if (ground.shadowRemoved) return { summary: 'Removed', sentence: 'An old shadow under the car was removed.', offers: ['keep', ...again] };
  return { summary: 'None', sentence: 'The wheels are known; no old shadow was found between them.', offers: again };
}
