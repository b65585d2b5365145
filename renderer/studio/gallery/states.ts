import type { Hint } from '../../../shared/edit/hints.ts';
import type { Recipe } from '../../../shared/edit/recipe.ts';
import type { Photo, PhotoState } from '../../../shared/ipc/library.ts';

/** A photo's state in words: for screen readers, tooltips and the canvas. */
export const stateLabels: Readonly<Record<PhotoState, string>> = {
  original: 'original',
  previewed: 'edited, not applied',
  queued: 'waiting to be applied',
  working: 'being applied',
  applied: 'applied',
  failed: 'failed, not charged',
  reported: 'reported',
  corrected: 'corrected',
  unreadable: 'cannot be read',
  missing: 'file not found',
};

/**
 * The state to show. The library says 'previewed' once a cut-out was made; to the user a photo is edited when it has a
 * background or a logo that is not applied, and looking at it changes nothing.
 */
export function shownState(photo: Pick<Photo, 'state'>, edited: boolean): PhotoState {
  if (photo.state !== 'original' && photo.state !== 'previewed') return photo.state;
  return edited ? 'previewed' : 'original';
}

/** Whether a recipe would change the picture: it has a background or a logo. */
export const isEdited = (recipe: Recipe | null): boolean => recipe !== null && (recipe.background !== null || recipe.logo !== null);

/** Said beside the state of a finished photo whose settings were changed and not applied. */
export const editedSinceLabel = 'edited since';

/** What is worth a look before a photo is applied, in a few words beside its state. */
export const hintLabels: Readonly<Record<Hint, string>> = {
  interior: 'perhaps a room and not a thing in it',
  undecided: 'much of the subject is undecided',
  'wheel cut off': "a wheel is cut off by the photo's edge",
  'cut off': "cut off by the photo's edge",
};

/** Only before it is paid for: a photo that was applied, or is on its way, needs no warning any more. */
export const showsHints = (state: PhotoState): boolean => state === 'original' || state === 'previewed' || state === 'failed';

/** While it is being applied, what was edited is on its way. */
export const showsEditedSince = ({ state, editedSince }: Pick<Photo, 'state' | 'editedSince'>): boolean =>
  editedSince && (state === 'applied' || state === 'reported' || state === 'corrected');

/** "IMG_0042.jpg, applied, edited since, reported"; `hint`: what is worth a look, null: nothing. */
export function accessibleName(
  photo: Pick<Photo, 'name' | 'state' | 'editedSince' | 'reported' | 'progress'>,
  hint: Hint | null = null,
): string {
  const progress = photo.state === 'working' && photo.progress !== undefined ? `, ${Math.round(photo.progress * 100)} percent` : '';
  const reported = photo.reported && photo.state !== 'reported' ? ', reported' : '';
  const edited = showsEditedSince(photo) ? `, ${editedSinceLabel}` : '';
  return `${photo.name}, ${stateLabels[photo.state]}${progress}${edited}${reported}${hint === null ? '' : `, ${hintLabels[hint]}`}`;
}
