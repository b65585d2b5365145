/** What is said on the command line about the picture to make, as a recipe. Pure. */
import { extname } from 'node:path';
import { z } from 'zod';
import {
  type Background,
  builtInBackground,
  defaultRecipe,
  exportSettings,
  hexColour,
  logoAnchor,
  newLogo,
  placement,
  type Recipe,
  shadow,
} from '../../shared/edit/recipe.ts';
import { wholeNumber } from '../command.ts';
import { usageError } from '../outcome.ts';

const builtIns = builtInBackground.shape.id;

/** "0.5", between the bounds of the recipe's own schema. */
const decimal = (min: number, max: number) =>
  z
    .string()
    .refine((text) => /^\d{1,4}(\.\d{1,6})?$/.test(text) && Number(text) >= min && Number(text) <= max, `A number from ${min} to ${max}.`)
    .transform(Number);
const colour = z.string().toLowerCase().pipe(hexColour);

/** The options of `apply` that describe the picture, as parsed; absent ones keep the default recipe's. */
export const recipeInput = z.object({
  background: z.string().min(1).optional(),
  colour: colour.optional(),
  colour2: colour.optional(),
  logo: z.string().min(1).optional(),
  logoPosition: logoAnchor.optional(),
  logoSize: decimal(0.02, 1).optional(),
  placement: placement.shape.mode.optional(),
  shadow: shadow.shape.kind.optional(),
  keepOldShadow: z.boolean().default(false),
  format: z.preprocess((text) => (text === 'jpg' ? 'jpeg' : text === 'tif' ? 'tiff' : text), exportSettings.shape.format.optional()),
  quality: wholeNumber(1, 100).optional(),
  longEdge: wholeNumber(16, 30_000).optional(),
  aspect: exportSettings.shape.aspect.optional(),
  metadata: z.boolean().default(true),
});
/** What was said about the picture to make. */
export type RecipeInput = z.infer<typeof recipeInput>;

/** A built-in by its name, else a file. A word without an extension that is no built-in is a slip. */
export function backgroundNamed(
  text: string,
):
  | { readonly kind: 'built-in'; readonly id: z.infer<typeof builtIns> }
  | { readonly kind: 'transparent' }
  | { readonly kind: 'path'; readonly path: string } {
  if (text === 'transparent') return { kind: 'transparent' };
  const known = builtIns.safeParse(text);
  if (known.success) return { kind: 'built-in', id: known.data };
  if (extname(text) !== '') return { kind: 'path', path: text };
  throw usageError(
    `There is no background "${text}". There are ${[...builtIns.options, 'transparent'].join(', ')}, or name a picture file. Nothing was charged.`,
  );
}

/** @param files ids of the background and the logo in the library, where they are files */
export function recipeFrom(input: RecipeInput, files: { readonly background: string | null; readonly logo: string | null }): Recipe {
  const base = defaultRecipe;
  const background = backgroundFrom(input, files.background);
  return {
    ...base,
    background,
    placement: { ...base.placement, mode: input.placement ?? base.placement.mode },
    shadow: { ...base.shadow, kind: input.shadow ?? base.shadow.kind },
    logo: logoFrom(input, files.logo),
    strokes: input.keepOldShadow ? [{ mode: 'old-shadow', remove: false }] : [],
    export: {
      format: input.format ?? (background?.kind === 'transparent' ? 'png' : base.export.format),
      quality: input.quality ?? base.export.quality,
      longEdge: input.longEdge ?? base.export.longEdge,
      aspect: input.aspect ?? base.export.aspect,
      keepMetadata: input.metadata,
    },
  };
}

function backgroundFrom({ background, colour: first, colour2: second }: RecipeInput, fileId: string | null): Background | null {
  if (fileId !== null) return { kind: 'file', fileId };
  if (background === undefined) return null;
  const named = backgroundNamed(background);
  if (named.kind === 'path') return null;
  if (named.kind === 'transparent') return named;
  return { ...named, ...(first === undefined ? {} : { colour: first }), ...(second === undefined ? {} : { colour2: second }) };
}

function logoFrom({ logoPosition, logoSize }: RecipeInput, fileId: string | null): Recipe['logo'] {
  if (fileId === null) return null;
  const placed = newLogo(fileId);
  return {
    ...placed,
    position: logoPosition === undefined ? placed.position : { kind: 'anchor', anchor: logoPosition },
    size: logoSize ?? placed.size,
  };
}
