/** Taking photos in: find them, prove they are pictures, make their thumbnails, remember them. The files themselves stay where they are. */
import { mkdir, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Problem } from '../../shared/result.ts';
import { contentFingerprint } from '../darkroom/files/regular-file.ts';
import type { Darkroom } from '../darkroom/port.ts';
import type { Emit } from '../events.ts';
import type { World } from '../world.ts';
import { fileProblem, problemOf } from './problems.ts';
import { beginsLikePicture, promisesPicture } from './recognise.ts';
import type { NewPhoto } from './records.ts';
import type { LibraryStore } from './store.ts';
import { type Candidate, walk } from './walk.ts';

/** The darkroom has its own queue; this bounds open files and keeps its queue filled. */
const AT_ONCE = 3;
/** Twice what the largest photo that can be developed takes uncompressed. More is no photo, and would be read to its end before that shows. */
const MOST_BYTES = 4_000_000_000;
/** How many photos are announced together: enough to keep the renderer calm, few enough that the gallery fills as one watches. */
const ANNOUNCE_EVERY = 8;

/** The ids of the photos that are in the library now, and what could not be taken in. */
export interface Imported {
  /** In natural order, those that were known before included. */
  readonly imported: readonly string[];
  readonly problems: readonly Problem[];
}

interface ImportParts {
  readonly store: LibraryStore;
  readonly darkroom: Darkroom;
  readonly world: World;
  readonly emit: Emit;
  /** The photo's own folder for caches, by id. */
  readonly folderOf: (photoId: string) => string;
  /** Tells the renderer about these photos. */
  readonly announce: (photoIds: readonly string[]) => void;
}

/** What became of one candidate: a photo's id, a problem to name, or nothing worth saying. */
type Outcome = { readonly photoId: string; readonly isNew: boolean } | { readonly problem: Problem } | null;

/**
 * Imports files and folders. Every problem file is named and none stops the rest. The same file twice is one photo;
 * a known file with other content than before becomes that photo's new original.
 */
export async function importPaths(parts: ImportParts, paths: readonly string[]): Promise<Imported> {
  const { candidates, problems: walkProblems } = await walk(paths);
  const problems = [...walkProblems];
  // Made in the order of the walk, because the gallery sorts by them, whichever file is proven first.
  const ids = candidates.map(() => parts.world.ids.next());
  const outcomes: Outcome[] = [];
  const fresh: string[] = [];
  let next = 0;
  let done = 0;
  const progress = (): void => parts.emit('library.importing', { done, total: candidates.length, problems });

  async function lane(): Promise<void> {
    for (let index = next++; index < candidates.length; index = next++) {
      const candidate = candidates[index];
      const newId = ids[index];
      if (candidate === undefined || newId === undefined) return;
      const outcome = await takeIn(parts, candidate, newId);
      outcomes[index] = outcome;
      done += 1;
      if (outcome !== null && 'problem' in outcome) problems.push(outcome.problem);
      if (outcome !== null && 'isNew' in outcome && outcome.isNew) fresh.push(outcome.photoId);
      if (fresh.length >= ANNOUNCE_EVERY) parts.announce(fresh.splice(0));
      progress();
    }
  }

  progress();
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  if (fresh.length > 0) parts.announce(fresh.splice(0));
  const imported = outcomes.flatMap((outcome) => (outcome !== null && 'photoId' in outcome ? [outcome.photoId] : []));
  // In the order that was chosen, whichever file was looked at first.
  const named = outcomes.flatMap((outcome) => (outcome !== null && 'problem' in outcome ? [outcome.problem] : []));
  return { imported, problems: [...walkProblems, ...named] };
}

async function takeIn(parts: ImportParts, candidate: Candidate, newId: string): Promise<Outcome> {
  try {
    const facts = await stat(candidate.path);
    const worthNaming = candidate.chosen || promisesPicture(candidate.name);
    if (!facts.isFile()) return candidate.chosen ? { problem: fileProblem('not_a_file', candidate.name) } : null;
    if (facts.size > MOST_BYTES) return worthNaming ? { problem: fileProblem('file_too_large', candidate.name) } : null;
    if (facts.size === 0) return worthNaming ? { problem: fileProblem('file_empty', candidate.name) } : null;
    if (!(await beginsLikePicture(candidate.path))) return worthNaming ? { problem: fileProblem('not_a_picture', candidate.name) } : null;
    return await remember(parts, candidate, newId, { bytes: facts.size, modifiedMs: Math.round(facts.mtimeMs) });
  } catch (error) {
    return { problem: problemOf(error, candidate.name) };
  }
}

async function remember(
  parts: ImportParts,
  candidate: Candidate,
  newId: string,
  facts: { bytes: number; modifiedMs: number },
): Promise<Outcome> {
  const { store, darkroom, world } = parts;
  const sha256 = await contentFingerprint(candidate.path);
  const known = store.photoByPath(candidate.path);
  if (known !== undefined && known.sha256 === sha256 && known.removed_at === null) {
    if (known.condition !== 'missing') return { photoId: known.id, isNew: false };
    store.setCondition(known.id, 'fine', null);
    return { photoId: known.id, isNew: true };
  }

  const id = known?.id ?? newId;
  const folder = parts.folderOf(id);
  // Cut-outs and thumbnails of other content must not survive it.
  if (known !== undefined && known.sha256 !== sha256) await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const inspected = await darkroom.inspect({
    path: candidate.path,
    thumbPath: join(folder, 'thumb.webp'),
    screenPath: join(folder, 'screen.webp'),
  });
  if (!inspected.ok) {
    if (known === undefined) await rm(folder, { recursive: true, force: true });
    return { problem: { ...inspected.error, file: candidate.name } };
  }
  const { width, height, format } = inspected.value;
  const row: NewPhoto = {
    id,
    collection_id: collectionFor(parts, candidate),
    path: candidate.path,
    name: candidate.name,
    width,
    height,
    format,
    bytes: facts.bytes,
    modified_ms: facts.modifiedMs,
    sha256,
    imported_at: world.clock.now(),
  };
  if (known === undefined) store.insertPhoto(row);
  else store.refreshPhoto(row);
  return { photoId: id, isNew: true };
}

/** One collection per imported folder; files imported one by one share the day's. */
function collectionFor({ store, world }: ImportParts, candidate: Candidate): string {
  const now = world.clock.now();
  if (candidate.folder !== null)
    return store.collection(candidate.folder, basename(candidate.folder) || candidate.folder, world.ids.next(), now);
  // The day of this computer: it names when the files came onto it, as their own times do; there may be no account yet.
  const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long' }).format(now);
  return store.collection(`loose:${day}`, `Imported on ${day}`, world.ids.next(), now);
}
