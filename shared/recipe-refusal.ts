/** Why a recipe cannot be applied to any photo, and the one sentence for it: the studio, the command line and the credit server say the same. */

/**
 * background_required: there is none, with or without a logo. logo_on_transparent: there is nothing to place the logo on (both ST-02).
 * format_not_transparent: a JPEG cannot be see-through.
 */
export type RecipeRefusal = 'background_required' | 'logo_on_transparent' | 'format_not_transparent';

const REFUSED: Readonly<Record<RecipeRefusal, { readonly why: string; readonly next: string }>> = {
  background_required: { why: 'A background is required; a logo alone cannot be applied.', next: 'Choose a background first.' },
  logo_on_transparent: {
    why: 'A logo is not placed on a transparent picture.',
    next: 'Choose another background, or take the logo away.',
  },
  format_not_transparent: { why: 'A JPEG cannot be transparent.', next: 'Choose PNG, WebP or TIFF as the format.' },
};

/** Said once it was asked for: why, that nothing was charged, and the way on. */
export const recipeRefusalText = (refusal: RecipeRefusal): string =>
  `${REFUSED[refusal].why} Nothing was charged. ${REFUSED[refusal].next}`;

/** Said while settings are made and nothing was asked for: why, and the way on. */
export const recipeHint = (refusal: RecipeRefusal): string => `${REFUSED[refusal].why} ${REFUSED[refusal].next}`;
