/**
 * A chain of processing steps (PG-04): what is done to a finished picture before it leaves the studio. Steps are done in their
 * order, each on what the one before it left; lengths are pixels of that picture. The file format, its compression and its metadata
 * are the file's: the last step that speaks of them counts.
 */
import { z } from 'zod';
import { fail, ok, type Result } from '../../result.ts';
import { hexColour, logoAnchor } from '../recipe.ts';

/** Longest side, and most pixels, of a picture at any step. */
export const MAX_SIDE = 30_000;
/** No step may make a picture of more pixels. */
export const MAX_PIXELS = 250_000_000;
/** The most steps of one chain. */
export const MAX_STEPS = 20;

const side = z.int().min(1).max(MAX_SIDE);
const offset = z.int().min(0).max(MAX_SIDE);
const border = z.int().min(0).max(10_000);
const percent = z.number().min(-100).max(100);
const fraction = z.number().min(0).max(1);

/** The formats that processing writes. */
export const fileFormat = z.enum(['jpeg', 'png', 'webp', 'tiff']);

const steps = {
  /** To a width, a height (the other follows), or both (the shape gives way). */
  resize: z
    .strictObject({ kind: z.literal('resize'), width: side.nullable(), height: side.nullable() })
    .refine(({ width, height }) => width !== null || height !== null, { error: 'a width or a height is needed', path: ['width'] }),
  /** All of it inside a frame. `enlarge`: small pictures grow into it, too. */
  fit: z.strictObject({ kind: z.literal('fit'), width: side, height: side, enlarge: z.boolean() }),
  /** The frame full, what does not fit is cut off around the anchor. */
  fill: z.strictObject({ kind: z.literal('fill'), width: side, height: side, anchor: logoAnchor }),
  crop: z.strictObject({ kind: z.literal('crop'), left: offset, top: offset, width: side, height: side }),
  /** The frame full with the part of the picture that draws the eye. */
  'smart-crop': z.strictObject({ kind: z.literal('smart-crop'), width: side, height: side }),
  /** Borders of one colour go; `threshold`: how far a pixel may differ from it, 0..255. */
  trim: z.strictObject({ kind: z.literal('trim'), threshold: z.int().min(0).max(255) }),
  extend: z.strictObject({
    kind: z.literal('extend'),
    top: border,
    right: border,
    bottom: border,
    left: border,
    colour: hexColour,
  }),
  /** Degrees clockwise; the corners that open at other than quarter turns get the colour. */
  rotate: z.strictObject({ kind: z.literal('rotate'), angle: z.number().min(-360).max(360), colour: hexColour }),
  /** Upside down. */
  flip: z.strictObject({ kind: z.literal('flip') }),
  /** Left and right change places. */
  mirror: z.strictObject({ kind: z.literal('mirror') }),
  convert: z.strictObject({ kind: z.literal('convert'), format: fileFormat }),
  /** For JPEG and WebP; PNG and TIFF lose nothing and take no quality. */
  compress: z.strictObject({ kind: z.literal('compress'), quality: z.int().min(1).max(100) }),
  /** The colour profile stays: without it the colours would be others. */
  'strip-metadata': z.strictObject({ kind: z.literal('strip-metadata') }),
  grayscale: z.strictObject({ kind: z.literal('grayscale') }),
  brightness: z.strictObject({ kind: z.literal('brightness'), amount: percent }),
  contrast: z.strictObject({ kind: z.literal('contrast'), amount: percent }),
  saturation: z.strictObject({ kind: z.literal('saturation'), amount: percent }),
  sharpen: z.strictObject({ kind: z.literal('sharpen'), amount: z.number().min(0).max(100), radius: z.number().min(0.3).max(10) }),
  blur: z.strictObject({ kind: z.literal('blur'), radius: z.number().min(0.3).max(200) }),
  watermark: z.strictObject({
    kind: z.literal('watermark'),
    /** Made by the library, or by whoever runs the chain; never a path. */
    fileId: z.string().min(1).max(64),
    anchor: logoAnchor,
    /** Its width over the width of the picture. */
    size: z.number().min(0.02).max(1),
    opacity: fraction,
    /** Distance to the edge over the picture's shorter side. */
    margin: z.number().min(0).max(0.25),
  }),
} as const;

/** One step of a chain, checked member by member: unknown members are refused. */
export const step = z.discriminatedUnion('kind', [
  steps.resize,
  steps.fit,
  steps.fill,
  steps.crop,
  steps['smart-crop'],
  steps.trim,
  steps.extend,
  steps.rotate,
  steps.flip,
  steps.mirror,
  steps.convert,
  steps.compress,
  steps['strip-metadata'],
  steps.grayscale,
  steps.brightness,
  steps.contrast,
  steps.saturation,
  steps.sharpen,
  steps.blur,
  steps.watermark,
]);
/** A chain as it is stored and sent: one step at least. */
export const chain = z.array(step).min(1).max(MAX_STEPS);

/** A step with its settings. */
export type Step = z.infer<typeof step>;
/** What a step does; also what the policy prices it by (PG-04). */
export type StepKind = Step['kind'];
/** Steps in the order in which they are done. */
export type Chain = readonly Step[];
/** A format that processing writes. */
export type FileFormat = z.infer<typeof fileFormat>;

/** The 20 operations of PG-04, in the order in which they are offered: size, shape, colour, detail, file. */
export const STEP_KINDS = [
  'resize',
  'fit',
  'fill',
  'crop',
  'smart-crop',
  'trim',
  'extend',
  'rotate',
  'flip',
  'mirror',
  'grayscale',
  'brightness',
  'contrast',
  'saturation',
  'sharpen',
  'blur',
  'watermark',
  'convert',
  'compress',
  'strip-metadata',
] as const satisfies readonly StepKind[];

/**
 * A chain from outside (the page, a command line, a file), or what is wrong with it and where.
 * @param file what it was to be done to, for the sentence
 */
export function readChain(value: unknown, file: string | null = null): Result<Chain> {
  const read = chain.safeParse(value);
  if (read.success) return ok(read.data);
  const issue = read.error.issues[0];
  const [at, ...rest] = issue?.path ?? [];
  const place = typeof at === 'number' ? `step ${at + 1}${nameOf(value, at)}${rest.length > 0 ? `, ${rest.join('.')}` : ''}` : 'the steps';
  const found = valueAt(value, issue?.path ?? []);
  const reason = issue === undefined ? '' : ` (${issue.message.replace(/^./, (first) => first.toLowerCase())})`;
  const subject = file === null ? 'Nothing was processed' : `${file} was not processed`;
  return fail({
    code: 'invalid_steps',
    message: `${subject}: ${place} cannot be ${found}${reason}. Nothing was charged. Correct the step, then try again.`,
    ...(file === null ? {} : { file }),
  });
}

function nameOf(value: unknown, at: number): string {
  const kind = valueAt(value, [at, 'kind']);
  return kind.startsWith('"') ? ` (${kind.slice(1, -1)})` : '';
}

/** What stands at a path, short enough for a sentence. */
function valueAt(value: unknown, path: readonly PropertyKey[]): string {
  let found = value;
  for (const key of path) found = typeof found === 'object' && found !== null ? Reflect.get(found, key) : undefined;
  if (found === undefined) return 'missing';
  if (Array.isArray(found)) return `${found.length} steps`;
  return typeof found === 'object' ? 'what it is' : JSON.stringify(found).slice(0, 40);
}

/** What the finished file is: the last word on each counts, and what no step says stays as it was. */
interface FileWish {
  readonly format: FileFormat;
  /** 1..100, for JPEG and WebP. */
  readonly quality: number;
  readonly keepMetadata: boolean;
}

const QUALITY_UNSAID = 92;

/** @param own the picture's own format; one that the studio does not write becomes JPEG, or PNG where it may be transparent */
export function fileOf(chain: Chain, own: string): FileWish {
  const kept = fileFormat.safeParse(own);
  let format: FileFormat = kept.success ? kept.data : own === 'gif' || own === 'svg' ? 'png' : 'jpeg';
  let quality = QUALITY_UNSAID;
  let keepMetadata = true;
  for (const step of chain) {
    if (step.kind === 'convert') format = step.format;
    if (step.kind === 'compress') quality = step.quality;
    if (step.kind === 'strip-metadata') keepMetadata = false;
  }
  return { format, quality, keepMetadata };
}
