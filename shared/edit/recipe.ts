/**
 * A recipe says how a photo is to be finished: everything that the preview and the export need
 * besides the photo itself. Lengths are fractions of the canvas (0..1) so that one recipe fits any resolution.
 */
import { z } from 'zod';

const fraction = z.number().min(0).max(1);
/** `#rrggbb`, lower case. */
export const hexColour = z.string().regex(/^#[0-9a-f]{6}$/);

/** A built-in backdrop is drawn at any resolution from its id and parameters (see shared/edit/backdrops). */
export const builtInBackground = z.strictObject({
  kind: z.literal('built-in'),
  id: z.enum(['paper', 'showroom', 'concrete', 'gradient', 'brand']),
  /** Main colour; each backdrop has its own default. */
  colour: hexColour.optional(),
  /** Second colour, where the backdrop has one (the gradient's far end, the showroom's wall). */
  colour2: hexColour.optional(),
});

/** A picture that the user added; `fileId` is made by the library, never a path. */
const fileBackground = z.strictObject({ kind: z.literal('file'), fileId: z.string().min(1).max(64) });

/** Nothing behind the subject: the finished file is see-through there. Chosen in words, a background like any other (ST-02). */
const transparentBackground = z.strictObject({ kind: z.literal('transparent') });

/** A built-in backdrop, a picture of the user's own, or nothing at all. */
export const background = z.discriminatedUnion('kind', [builtInBackground, fileBackground, transparentBackground]);

/** How the subject stands in the frame; offsets are fractions of the canvas. */
export const placement = z.strictObject({
  /**
   * keep: the subject stays where it was photographed.
   * fit: scaled into the frame with a margin and centred.
   * floor: scaled into the frame and stood on the backdrop's floor line.
   */
  mode: z.enum(['keep', 'fit', 'floor']),
  /** Multiplies the mode's own size. */
  scale: z.number().min(0.1).max(4),
  offsetX: z.number().min(-1).max(1),
  offsetY: z.number().min(-1).max(1),
});

/** The shadow under the subject; `strength` 0 is none, 1 the darkest. */
export const shadow = z.strictObject({
  kind: z.enum(['none', 'contact']),
  strength: fraction,
  /** 0 is a hard edge, 1 the softest. */
  softness: fraction,
});

/** The nine places that a logo or a watermark snaps to. */
export const logoAnchor = z.enum(['top-left', 'top', 'top-right', 'left', 'centre', 'right', 'bottom-left', 'bottom', 'bottom-right']);

const logoPlacement = z.strictObject({
  fileId: z.string().min(1).max(64),
  position: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('anchor'), anchor: logoAnchor }),
    /** The logo's centre, as fractions of the canvas. */
    z.strictObject({ kind: z.literal('free'), x: fraction, y: fraction }),
  ]),
  /** Width of the logo over the width of the canvas. */
  size: z.number().min(0.02).max(1),
  opacity: fraction,
  /** Distance to the edge over the canvas' shorter side. Ignored when free. */
  margin: z.number().min(0).max(0.25),
});

/** A brush stroke on the matte, in fractions of the photo (upright, after EXIF orientation). */
const brushStroke = z.strictObject({
  mode: z.enum(['keep', 'erase']),
  /** Radius over the photo's longer side. */
  radius: z.number().min(0.0005).max(0.5),
  /** 0 is a feathered brush, 1 a hard one. */
  hardness: fraction,
  /** It stops at edges of the photo (snapping.ts). */
  snap: z.boolean().optional(),
  points: z
    .array(z.tuple([z.number(), z.number()]))
    .min(1)
    .max(5000),
});

/** The middle of a wheel, shown by the user, in fractions of the photo. The last two of a recipe are the car's wheels on the near side. */
const hubStroke = z.strictObject({ mode: z.literal('hub'), at: z.tuple([fraction, fraction]) });

/**
 * What is to become of the photo's own shadow under a car. true: it goes, the wheels that were found are right, however sure the
 * darkroom is of them. false: it stays, and nothing of the floor is touched. Without a word the darkroom acts only where it is sure.
 */
const oldShadowStroke = z.strictObject({ mode: z.literal('old-shadow'), remove: z.boolean() });

/** An old shadow that the user clicked on, at a place of the photo: it goes there, whatever was said of the others (darkroom/ground). */
const shadowStroke = z.strictObject({ mode: z.literal('shadow'), at: z.tuple([fraction, fraction]) });

/**
 * A region of the photo through which one sees what is behind the subject. Kept as a place and a size, not as pixels: it is found again
 * among the regions around the place (regions.ts), whatever model and size they are looked for at.
 */
export const glassStroke = z.strictObject({
  mode: z.literal('glass'),
  /** A place in it, in fractions of the photo. */
  at: z.tuple([fraction, fraction]),
  /** Its share of the subject's area. */
  area: z.number().gt(0).max(1),
  /** Dragged: what else the pointer passed, each by a place in it and its share of the subject's area. */
  path: z
    .array(z.tuple([fraction, fraction, z.number().gt(0).max(1)]))
    .max(500)
    .optional(),
  /** true: an opening without any glass, between spokes or under a roof rail. */
  hole: z.boolean().optional(),
});

/** A connected part of what the network saw, in (`keep`) or out: the second person, the price tag on a string. */
export const partStroke = z.strictObject({ mode: z.literal('part'), at: z.tuple([fraction, fraction]), keep: z.boolean() });

/** What the user did to one photo's cut-out, act by act. Every kind of act is a member of its own. */
export const stroke = z.discriminatedUnion('mode', [brushStroke, hubStroke, oldShadowStroke, shadowStroke, glassStroke, partStroke]);

/** What kind of file is written. */
export const exportSettings = z.strictObject({
  format: z.enum(['jpeg', 'png', 'webp', 'tiff']),
  /** 1..100, for jpeg and webp. */
  quality: z.int().min(1).max(100),
  /** Longest side in pixels; null keeps full resolution. */
  longEdge: z.int().min(16).max(30000).nullable(),
  /** The canvas' shape; original keeps the photo's own. */
  aspect: z.enum(['original', '1:1', '4:3', '3:2', '16:9']),
  keepMetadata: z.boolean(),
});

/** Shares of the light that glass lets through: privacy glass, what most glass is taken for, glass that is hardly there. */
export const GLASS_TINT = { darkest: 0.2, usual: 0.65, clearest: 0.95 } as const;

/** Everything that decides what a finished picture looks like. `background` null: none chosen yet, and nothing can be applied (ST-02). */
export const recipe = z.strictObject({
  background: background.nullable(),
  placement,
  shadow,
  logo: logoPlacement.nullable(),
  strokes: z.array(stroke).max(500),
  /** What share of the light the glass lets through (`glassStroke`); absent: `GLASS_TINT.usual`. */
  glassTint: z.number().min(GLASS_TINT.darkest).max(GLASS_TINT.clearest).optional(),
  /** Takes the colour of the old light out of the panes around such glass. */
  neutralGlass: z.boolean().optional(),
  export: exportSettings,
});

/** Whether a file of this format can be see-through. */
export const canBeTransparent = (format: ExportSettings['format']): boolean => format !== 'jpeg';

/** The chosen background of a recipe. */
export type Background = z.infer<typeof background>;
/** A backdrop that is drawn, with the colours that the recipe overrides. */
export type BuiltInBackground = z.infer<typeof builtInBackground>;
/** How the subject stands in the frame. */
export type Placement = z.infer<typeof placement>;
/** The shadow under the subject. */
export type Shadow = z.infer<typeof shadow>;
/** A corner, an edge or the centre of the canvas. */
export type LogoAnchor = z.infer<typeof logoAnchor>;
/** Which logo lies where, how large and how strong. */
export type LogoPlacement = z.infer<typeof logoPlacement>;
/** A stroke of the keep or erase brush. */
export type BrushStroke = z.infer<typeof brushStroke>;
/** A wheel that the user pointed out. */
export type HubStroke = z.infer<typeof hubStroke>;
/** A region that one sees through. */
export type GlassStroke = z.infer<typeof glassStroke>;
/** A part that comes or goes as a whole. */
export type PartStroke = z.infer<typeof partStroke>;
/** One act on a cut-out, of any kind. */
export type Stroke = z.infer<typeof stroke>;
/** The format, size, shape and metadata of the file that is written. */
export type ExportSettings = z.infer<typeof exportSettings>;
/** A recipe that was parsed: all its members are there and within their bounds. */
export type Recipe = z.infer<typeof recipe>;

/** What a photo starts with: no background yet, as photographed, a soft contact shadow, a full-size JPEG. */
export const defaultRecipe: Recipe = {
  background: null,
  placement: { mode: 'keep', scale: 1, offsetX: 0, offsetY: 0 },
  shadow: { kind: 'contact', strength: 0.5, softness: 0.5 },
  logo: null,
  strokes: [],
  export: { format: 'jpeg', quality: 92, longEdge: null, aspect: 'original', keepMetadata: true },
};

/** Whether an act is one of the brush. */
export const isBrushStroke = (stroke: Stroke): stroke is BrushStroke => stroke.mode === 'keep' || stroke.mode === 'erase';

/** Whether an act is one of the glass tool, panes and openings alike. */
export const isGlassStroke = (stroke: Stroke): stroke is GlassStroke => stroke.mode === 'glass';

/** Where a logo stands until somebody says otherwise. */
export const newLogo = (fileId: string): LogoPlacement => ({
  fileId,
  position: { kind: 'anchor', anchor: 'bottom-right' },
  size: 0.16,
  opacity: 1,
  margin: 0.04,
});
