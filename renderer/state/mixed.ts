/** Which settings differ between the selected photos: a control shows the active photo's value, and says when others have another one. Pure. */
import { specOf } from '../../shared/edit/backdrops/backdrop.ts';
import { type Background, GLASS_TINT, type Recipe } from '../../shared/edit/recipe.ts';

/** A text that names a background without its colours; null for none. */
export function backgroundKey(background: Background | null): string | null {
  if (background === null) return null;
  switch (background.kind) {
    case 'built-in':
      return background.id;
    case 'file':
      return `file ${background.fileId}`;
    case 'transparent':
      return 'transparent';
  }
}

type Value = string | number | boolean | null;

/** Each setting that a control changes by itself; undefined where a photo has no such setting, so that it cannot differ. */
const fields = {
  background: ({ background }) => backgroundKey(background),
  'background.colour': (recipe) => spec(recipe)?.colour,
  'background.colour2': (recipe) => spec(recipe)?.colour2,
  'placement.mode': ({ placement }) => placement.mode,
  'placement.scale': ({ placement }) => placement.scale,
  'placement.offsetX': ({ placement }) => placement.offsetX,
  'placement.offsetY': ({ placement }) => placement.offsetY,
  'shadow.kind': ({ shadow }) => shadow.kind,
  'shadow.strength': ({ shadow }) => shadow.strength,
  'shadow.softness': ({ shadow }) => shadow.softness,
  logo: ({ logo }) => logo?.fileId ?? null,
  'logo.position': ({ logo }) => (logo === null ? undefined : JSON.stringify(logo.position)),
  'logo.size': ({ logo }) => logo?.size,
  'logo.margin': ({ logo }) => logo?.margin,
  'logo.opacity': ({ logo }) => logo?.opacity,
  glassTint: ({ glassTint }) => glassTint ?? GLASS_TINT.usual,
  neutralGlass: ({ neutralGlass }) => neutralGlass ?? false,
  'export.format': (recipe) => recipe.export.format,
  'export.quality': (recipe) => recipe.export.quality,
  'export.longEdge': (recipe) => recipe.export.longEdge,
  'export.aspect': (recipe) => recipe.export.aspect,
  'export.keepMetadata': (recipe) => recipe.export.keepMetadata,
} as const satisfies Record<string, (recipe: Recipe) => Value | undefined>;

/** A setting that selected photos may differ in. */
export type Field = keyof typeof fields;
/** The settings that the selected photos differ in. */
export type Mixed = ReadonlySet<Field>;

/** They agree in everything. */
export const nothingMixed: Mixed = new Set();

// The keys of an object literal are its names.
const names = Object.keys(fields) as Field[];
const ofBackground: readonly Field[] = ['background.colour', 'background.colour2'];

const spec = ({ background }: Recipe) => (background?.kind === 'built-in' ? specOf(background) : undefined);

/** The settings in which any of these recipes is another than the active one. */
export function mixedIn(recipes: Iterable<Recipe>, active: Recipe): Mixed {
  const mixed = new Set<Field>();
  for (const recipe of recipes) {
    if (recipe === active) continue;
    for (const name of names) {
      if (mixed.has(name)) continue;
      // Another backdrop's floor is another thing.
      if (ofBackground.includes(name) && fields.background(recipe) !== fields.background(active)) continue;
      const [mine, its] = [fields[name](active), fields[name](recipe)];
      if (mine !== undefined && its !== undefined && mine !== its) mixed.add(name);
    }
    if (mixed.size === names.length) break;
  }
  return mixed;
}
