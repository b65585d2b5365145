/**
 * What an edit costs and what has to be said before it happens (ST-01..ST-03, ST-06, ST-07). How many credits one photo
 * costs is the policy's business; this file knows steps, not prices.
 */

import type { RecipeRefusal } from '../recipe-refusal.ts';
import { canBeTransparent, type Recipe } from './recipe.ts';

interface EditedPhoto {
  readonly name: string;
  /** The recipe of the version that the photo shows now; null while it shows the original. */
  readonly applied: Recipe | null;
  /** The recipe that it is to get. */
  readonly next: Recipe;
}

interface EditCost {
  /** How many paid operations it takes: one per photo, whatever the recipe holds (ST-03, ST-06). */
  readonly operations: number;
  /** ST-02, or a picture that no file of the wanted format can hold. */
  readonly refusal: RecipeRefusal | null;
  /** In the product's voice, to be shown before anything is charged; none where the recipe is refused. */
  readonly notices: readonly string[];
}

/** The code of the refusal, or null when the recipe may be applied. */
export function refusalOf({ background, logo, export: { format } }: Recipe): RecipeRefusal | null {
  if (background === null) return 'background_required';
  if (background.kind !== 'transparent') return null;
  if (logo !== null) return 'logo_on_transparent';
  return canBeTransparent(format) ? null : 'format_not_transparent';
}

/** ST-07: the background was applied without the logo, and the logo follows on the same background: a second paid step. */
export function isSecondStep(applied: Recipe | null, next: Recipe): boolean {
  return applied !== null && applied.background !== null && applied.logo === null && next.background !== null && next.logo !== null;
}

/** What applying means to these photos. `logosAvailable`: the user has a logo that could go on in the same step. */
export function costOfEdit(photos: readonly EditedPhoto[], logosAvailable: boolean): EditCost {
  const refusal = photos.map((photo) => refusalOf(photo.next)).find((code) => code !== null) ?? null;
  return { operations: photos.length, refusal, notices: refusal === null ? noticesOf(photos, logosAvailable) : [] };
}

function noticesOf(photos: readonly EditedPhoto[], logosAvailable: boolean): string[] {
  const second = photos.filter((photo) => isSecondStep(photo.applied, photo.next));
  // What is transparent takes no logo, now or later.
  const bare = photos.filter((photo) => photo.next.logo === null && photo.next.background?.kind !== 'transparent');
  const reapplied = photos.filter((photo) => photo.applied !== null && !second.includes(photo));
  const notices: string[] = [];
  if (second.length > 0) {
    notices.push(
      `${subject(second)} already ${second.length === 1 ? 'has its' : 'have their'} background. Adding the logo is a second step: ` +
        `2 credits per photo in all. In one go, background and logo cost 1.`,
    );
  }
  if (bare.length > 0 && logosAvailable) {
    const which = bare.length === photos.length ? 'Without a logo.' : `${subject(bare)} ${bare.length === 1 ? 'gets' : 'get'} no logo.`;
    notices.push(`${which} Adding one later is a second step and uses another credit; background and logo in one go cost 1.`);
  }
  if (reapplied.length > 0)
    notices.push(
      `${subject(reapplied)} ${reapplied.length === 1 ? 'was' : 'were'} applied before. Applying again uses another credit per photo.`,
    );
  return notices;
}

function subject(photos: readonly EditedPhoto[]): string {
  const [first] = photos;
  return photos.length === 1 && first !== undefined ? first.name : `${photos.length} photos`;
}
