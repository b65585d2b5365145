/** What the renderer sees of photos, versions, backgrounds, logos and reports. Pictures travel over the photo: protocol, never here. */
import { z } from 'zod';
import { operationId } from '../credits/codec/quantities.ts';
import { ground } from '../edit/ground.ts';
import { recipe } from '../edit/recipe.ts';
import { rect } from '../edit/rect.ts';
import type { Code } from '../result.ts';

/** Any text: a row or an answer of another version may hold a code that this version does not know. */
export const errorCode = z.custom<Code>((value) => typeof value === 'string');

/** What went wrong: `code` is stable, `message` says to people what happened, what was not charged, what to do; `file`: the name of the file that it is about. */
export const problem = z.object({ code: errorCode, message: z.string(), file: z.string().optional() });
/** A ULID: 26 characters, later photos sort after earlier ones. */
export const photoId = z.string().regex(/^[0-9A-HJKMNP-TV-Z]{26}$/);
/** A ULID as well. */
export const versionId = photoId;

/** The one state that a photo is marked with. `corrected`: a corrected picture came; `unreadable` and `missing` are about the original. */
export const photoState = z.enum([
  'original',
  'previewed',
  'queued',
  'working',
  'applied',
  'failed',
  'reported',
  'corrected',
  'unreadable',
  'missing',
]);

/** A photo of the library; `bytes`, `format`, `width` and `height` are those of the original. */
export const photo = z.object({
  id: photoId,
  /** File name as the user knows it. */
  name: z.string(),
  collectionId: z.string(),
  width: z.int(),
  height: z.int(),
  format: z.string(),
  bytes: z.int(),
  importedAt: z.string(),
  state: photoState,
  /** 0..1 while working. */
  progress: z.number().optional(),
  problem: problem.optional(),
  /** Grows whenever any picture of the photo changes: part of the picture addresses, so that caches never lie. */
  revision: z.int(),
  /** The version shown as the photo's current picture; null is the original. */
  currentVersionId: versionId.nullable(),
  /** The recipe last edited for this photo, if any. */
  recipe: recipe.nullable(),
  /** A finished version is shown, and the recipe was changed since: applying again would make another picture. */
  editedSince: z.boolean(),
  reported: z.boolean(),
});

/** A finished picture of a photo. `bytes`, `width`, `height`: of its file. */
export const version = z.object({
  id: versionId,
  photoId,
  /** The operation that paid for it; of a corrected picture the one of 0 credits; null: an earlier version filed it. */
  opId: operationId.nullable(),
  at: z.string(),
  recipe,
  width: z.int(),
  height: z.int(),
  format: z.string(),
  bytes: z.int(),
  /** Where a copy lies for the user, or null when it could not be saved there. */
  savedTo: z.string().nullable(),
  kind: z.enum(['applied', 'corrected']),
  /** What it cost, in the wallet's unit; null when this machine does not know. A corrected picture is free. */
  charged: z.string().nullable(),
});

/** Photos that came in together; `photos`: how many. */
export const collection = z.object({ id: z.string(), name: z.string(), photos: z.int() });

/** Backgrounds and logos that the user added. */
export const asset = z.object({
  id: z.string(),
  kind: z.enum(['background', 'logo']),
  name: z.string(),
  width: z.int(),
  height: z.int(),
  /** For backgrounds: where the floor meets the wall, as a fraction from the top; null when unknown. */
  horizon: z.number().nullable(),
});

/** A fault that was reported, free. `area`: fractions of the picture; null: the whole picture. */
export const report = z.object({
  id: z.string(),
  photoId: z.string(),
  photoName: z.string(),
  versionId: z.string(),
  note: z.string(),
  area: rect.nullable(),
  at: z.string(),
  /** waiting: not yet confirmed by the server. */
  state: z.enum(['waiting', 'open', 'in_progress', 'corrected', 'declined', 'withdrawn']),
  /** What staff answered; null: nothing yet. */
  answer: z.string().nullable(),
  /** When staff last took it, and when it was answered; null: not yet. */
  takenAt: z.string().nullable(),
  resolvedAt: z.string().nullable(),
  /** What the user made of the correction; null: nothing yet. */
  verdict: z.enum(['kept', 'refused']).nullable(),
  /** Copies that go along, and how many of their bytes are there; `problem`: why one was left behind. Null: it went without. */
  pictures: z
    .object({
      state: z.enum(['packing', 'sending', 'there', 'failed']),
      bytes: z.int(),
      sent: z.int(),
      problem: z.string().nullable(),
    })
    .nullable(),
  /** How the corrected picture stands, in words; null: none is known of. */
  correction: z.string().nullable(),
  /** The version that came back; null: none is here. */
  correctedVersionId: versionId.nullable(),
});

/** Everything the canvas needs to compose a photo live. */
export const preview = z.object({
  photoId,
  /** Size of the cut-out picture at photo://cutout/<id>?rev=<matteRevision>. */
  width: z.int(),
  height: z.int(),
  matteRevision: z.int(),
  /** quick: from the first small matte; full: the one that is exported. */
  quality: z.enum(['quick', 'full']),
  /** Bounding box of the subject, fractions of the photo. Null when no subject was found. */
  subject: rect.nullable(),
  /** The share of it that the network was undecided about, 0..1. */
  undecided: z.number(),
  /** Where it stands, when it is a car whose wheels are known or guessed. Null while the cut-out is quick. */
  ground: ground.nullable(),
  /** Whether there is glass between it and the background: a picture of the same size at photo://glass/<id>?rev=<matteRevision>. */
  glass: z.boolean(),
});

const floats = z.custom<Float32Array>((value) => value instanceof Float32Array);

/** regions.ts says what it all means. */
export const glassRegions = z.object({
  tree: z.object({
    width: z.int(),
    height: z.int(),
    box: rect,
    labels: z.custom<Uint16Array>((value) => value instanceof Uint16Array),
    parent: z.custom<Int32Array>((value) => value instanceof Int32Array),
    area: floats,
    rank: floats,
    pane: floats,
  }),
  proposals: z.array(z.object({ at: z.tuple([z.number(), z.number()]).readonly(), area: z.number(), doubtful: z.boolean() })).readonly(),
  tint: z.number(),
});

/** A photo as the gallery shows it. */
export type Photo = z.infer<typeof photo>;
/** The one mark of a photo. */
export type PhotoState = z.infer<typeof photoState>;
/** A finished picture. */
export type Version = z.infer<typeof version>;
/** Photos that came in together. */
export type Collection = z.infer<typeof collection>;
/** A background or a logo of the user's own. */
export type Asset = z.infer<typeof asset>;
/** A fault that the user reported. */
export type Report = z.infer<typeof report>;
/** What the canvas draws a photo from. */
export type Preview = z.infer<typeof preview>;
