/** The cut-out that the live preview composes: the quick one at once, the exported one right after. */
import type { Stroke } from '../../shared/edit/recipe.ts';
import type { GlassRegions } from '../../shared/edit/regions.ts';
import type { Preview } from '../../shared/ipc/library.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { Darkroom, Prepared, Quality } from '../darkroom/port.ts';
import type { Emit } from '../events.ts';
import type { PhotoRow } from './records.ts';

interface PreviewParts {
  readonly darkroom: Darkroom;
  readonly emit: Emit;
  /** The photo, once its original has been found unchanged where it was. */
  readonly original: (photoId: string) => Promise<Result<PhotoRow>>;
  readonly folderOf: (photoId: string) => string;
  /** A cut-out exists. */
  readonly previewed: (photoId: string) => void;
}

/** The cut-outs of photos; for each photo only what was asked for last counts. */
export class Previews {
  readonly #parts: PreviewParts;
  readonly #cutouts = new Map<string, Prepared>();
  /** What was asked for last, per photo: a slower answer to something else must not replace it. Whoever asked for the same before is answered, too. */
  readonly #wishes = new Map<string, string>();

  constructor(parts: PreviewParts) {
    this.#parts = parts;
  }

  /** Answers when at least the quick cut-out exists; a `darkroom.preview` event follows when the full one does. */
  async preview(photoId: string, strokes: readonly Stroke[], calmGlass = false): Promise<Result<Preview>> {
    const { darkroom, emit, original, folderOf } = this.#parts;
    const found = await original(photoId);
    if (!found.ok) return found;
    const wish = JSON.stringify([strokes, calmGlass]);
    this.#wishes.set(photoId, wish);
    const job = { photoId, path: found.value.path, folder: folderOf(photoId), strokes, calmGlass };
    const quick = await darkroom.prepare({ ...job, quality: 'quick' });
    if (!quick.ok) return fail({ ...quick.error, file: found.value.name });
    if (quick.value.quality === 'quick') {
      void darkroom
        .prepare({ ...job, quality: 'full' })
        .then((full) => {
          if (full.ok && this.#wishes.get(photoId) === wish) emit('darkroom.preview', this.#accept(photoId, full.value));
        })
        .catch(() => undefined); // Only the better picture is missing: the studio is closing, or the next preview says why.
    }
    return ok(this.#accept(photoId, quick.value));
  }

  /** What the glass tool works with, for the subject as it is with these strokes; null without a subject. `quality`: of the matte; absent: the best there is. */
  async regions(photoId: string, strokes: readonly Stroke[], quality?: Quality): Promise<Result<GlassRegions | null>> {
    const { darkroom, original, folderOf } = this.#parts;
    const found = await original(photoId);
    if (!found.ok) return found;
    const regions = await darkroom.regions({
      photoId,
      path: found.value.path,
      folder: folderOf(photoId),
      strokes,
      ...(quality === undefined ? {} : { quality }),
    });
    return regions.ok ? regions : fail({ ...regions.error, file: found.value.name });
  }

  /** The file of the newest cut-out of the photo; null: none was made since the studio was opened. */
  cutoutOf(photoId: string): string | null {
    return this.#cutouts.get(photoId)?.cutoutPath ?? null;
  }

  /** The picture of the glass in it; null: there is none, or no cut-out. */
  glassOf(photoId: string): string | null {
    return this.#cutouts.get(photoId)?.glassPath ?? null;
  }

  #accept(photoId: string, prepared: Prepared): Preview {
    this.#cutouts.set(photoId, prepared);
    this.#parts.previewed(photoId);
    const { width, height, matteRevision, quality, subject, undecided, ground, glassPath } = prepared;
    return { photoId, width, height, matteRevision, quality, subject, undecided, ground, glass: glassPath !== null };
  }
}
