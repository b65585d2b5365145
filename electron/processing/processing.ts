/**
 * Processing the pictures that photos show now by a chain of steps: a preview of one, files of many in the output folder. A run is of
 * this session only: what is finished lies in the folder, what is not is neither there nor charged. Originals and results are only read.
 */
import { mkdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { formatAmount, parseAmount } from '../../shared/credits/amount.ts';
import type { Chain, StepKind } from '../../shared/edit/processing/chain.ts';
import type { ProcessedPreview, ProcessingCost, ProcessingRun } from '../../shared/ipc/processing.ts';
import { fail, ok, type Problem, type Result } from '../../shared/result.ts';
import type { Darkroom } from '../darkroom/port.ts';
import type { Emit } from '../events.ts';
import type { Library } from '../library/library.ts';
import { placeCopy } from '../library/output.ts';
import { PROCESSED_PREVIEW } from '../library/pictures.ts';
import type { LibraryStore } from '../library/store.ts';
import { isoOf, type World } from '../world.ts';
import type { Charging } from './charging.ts';
import { notPlaced, runUnknown, stillRunning, summaryOf } from './words.ts';

export interface Processing {
  cost(photos: number, chain: Chain): ProcessingCost;
  /** A small picture of what the chain makes of what the photo shows now. Free and offline, whatever the policy. */
  preview(photoId: string, chain: Chain): Promise<Result<ProcessedPreview>>;
  /** Begins; `processing.changed` events tell how it goes. One run at a time. */
  start(photoIds: readonly string[], chain: Chain): Result<ProcessingRun>;
  /** Photos that are being written finish. */
  cancel(runId: string): Result<ProcessingRun>;
  /** The run that is going on, or the last one. */
  run(): ProcessingRun | null;
  /** Resolves when the photos that are being written are. */
  close(): Promise<void>;
}

export interface ProcessingParts {
  readonly darkroom: Pick<Darkroom, 'process'>;
  readonly library: Pick<Library, 'original'>;
  readonly store: Pick<LibraryStore, 'photo' | 'version' | 'collectionName'>;
  /** The watermark behind an id. */
  readonly watermark: (fileId: string) => Result<string>;
  readonly charging: Charging;
  readonly world: World;
  readonly emit: Emit;
  readonly outputFolder: () => string;
  readonly photoFolder: (photoId: string) => string;
  /** For files that are not finished; emptied at every start. */
  readonly workFolder: string;
}

/** What a photo shows now: its result, or the original. */
interface Shown {
  readonly id: string;
  readonly name: string;
  readonly path: string;
  readonly collection: string;
}

/** Beyond these the summary counts. */
const MOST_PROBLEMS = 100;
const PREVIEW_LONG_EDGE = 1600;
/** As many as the darkroom does side by side. */
const SIDE_BY_SIDE = 2;
const EXTENSION = { jpeg: 'jpg', png: 'png', webp: 'webp', tiff: 'tif' } as const;

const kindsOf = (chain: Chain): StepKind[] => chain.map(({ kind }) => kind);

export function createProcessing(parts: ProcessingParts): Processing {
  const { darkroom, library, store, charging, world, emit, outputFolder, workFolder } = parts;
  let current: ProcessingRun | null = null;
  let ending: Promise<unknown> = Promise.resolve();
  const emptied = rm(workFolder, { recursive: true, force: true }).catch(() => undefined);

  async function shown(photoId: string): Promise<Result<Shown>> {
    const row = store.photo(photoId);
    const version = row?.current_version_id == null ? undefined : store.version(row.current_version_id);
    const collection = row === undefined ? '' : (store.collectionName(row.collection_id) ?? isoOf(row.imported_at).slice(0, 10));
    if (row !== undefined && version !== undefined) return ok({ id: photoId, name: row.name, path: version.path, collection });
    const original = await library.original(photoId);
    return original.ok ? ok({ id: photoId, name: original.value.name, path: original.value.path, collection }) : original;
  }

  function watermarksOf(chain: Chain): Result<Record<string, string>> {
    const files: Record<string, string> = {};
    for (const step of chain) {
      if (step.kind !== 'watermark') continue;
      const file = parts.watermark(step.fileId);
      if (!file.ok) return file;
      files[step.fileId] = file.value;
    }
    return ok(files);
  }

  async function develop(photo: Shown, chain: Chain, outPath: string, screen: number | null) {
    const files = watermarksOf(chain);
    if (!files.ok) return files;
    const made = await darkroom.process({ path: photo.path, chain: [...chain], files: files.value, outPath, screen });
    return made.ok ? made : fail(about(made.error, photo, outPath));
  }

  /** One photo from its hold to its file; what was charged, null when that is not known yet. Whatever fails gives the hold back. */
  async function one(photoId: string, chain: Chain, free: boolean): Promise<Result<string | null>> {
    const photo = await shown(photoId);
    if (!photo.ok) return photo;
    const charge = free ? null : await charging.hold(photoId, photo.value.name, kindsOf(chain));
    if (charge !== null && !charge.ok) return charge;
    const saved = await save(photo.value, chain);
    if (saved.ok) return ok(charge === null ? '0' : await charge.value.settle());
    await charge?.value.release('failed');
    return saved;
  }

  async function save(photo: Shown, chain: Chain): Promise<Result<void>> {
    const temporary = join(workFolder, `${world.ids.next()}.part`);
    await mkdir(workFolder, { recursive: true });
    try {
      const made = await develop(photo, chain, temporary, null);
      if (!made.ok) return made;
      const named = join(workFolder, `${world.ids.next()}.${EXTENSION[made.value.format]}`);
      await rename(temporary, named);
      const name = `${photo.name.replace(/\.[^.]*$/, '')}-processed.${EXTENSION[made.value.format]}`;
      const placed = await placeCopy({ source: named, outputFolder: outputFolder(), collection: photo.collection, name });
      await rm(named, { force: true });
      return placed.ok ? ok(undefined) : fail(notPlaced(photo.name, outputFolder(), placed.error));
    } finally {
      await rm(temporary, { force: true });
    }
  }

  function change(next: Partial<ProcessingRun>): void {
    if (current === null) return;
    current = { ...current, ...next };
    emit('processing.changed', current);
  }

  async function work(id: string, photoIds: readonly string[], chain: Chain, free: boolean): Promise<void> {
    await emptied;
    const waiting = [...photoIds];
    const unit = charging.unit();
    let creditRanOut = false;
    let unconfirmed = 0;
    const goesOn = (): boolean => current?.id === id && current.state === 'running' && !creditRanOut;
    const lane = async (): Promise<void> => {
      for (let photoId = waiting.shift(); photoId !== undefined && goesOn(); photoId = waiting.shift()) {
        const outcome = await one(photoId, chain, free).catch((error: unknown) => fail(unexpected(photoId, error)));
        if (current === null) return;
        if (outcome.ok) {
          if (outcome.value === null) unconfirmed += 1;
          const sum = (parseAmount(current.charged, unit) ?? 0n) + (parseAmount(outcome.value ?? '', unit) ?? 0n);
          change({ done: current.done + 1, charged: formatAmount(sum, unit) });
        } else {
          // The next one would hear the same.
          creditRanOut ||= outcome.error.code === 'insufficient_credit';
          change({ failed: current.failed + 1, problems: [...current.problems, outcome.error].slice(0, MOST_PROBLEMS) });
        }
      }
    };
    await Promise.all(Array.from({ length: SIDE_BY_SIDE }, lane));
    if (current !== null)
      change({ state: current.state === 'cancelled' ? 'cancelled' : 'finished', summary: summaryOf(current, unit, unconfirmed) });
  }

  function unexpected(photoId: string, error: unknown): Problem {
    const name = store.photo(photoId)?.name ?? 'A photo';
    world.log('a photo could not be processed', { photo: photoId, error: String(error) });
    return { code: 'internal', message: `${name} could not be processed. Nothing was charged for it. Try again.`, file: name };
  }

  return {
    cost: (photos, chain) => charging.cost(photos, kindsOf(chain)),
    async preview(photoId, chain) {
      const photo = await shown(photoId);
      if (!photo.ok) return photo;
      const folder = parts.photoFolder(photoId);
      await mkdir(folder, { recursive: true });
      const temporary = join(folder, `${PROCESSED_PREVIEW}.${world.ids.next()}.part`);
      const made = await develop(photo.value, chain, temporary, PREVIEW_LONG_EDGE);
      if (!made.ok) return made;
      await rename(temporary, join(folder, PROCESSED_PREVIEW));
      const { width, height, format, sha256 } = made.value;
      return ok({ photoId, revision: Number.parseInt(sha256.slice(0, 12), 16), width, height, format });
    },
    start(photoIds, chain) {
      if (current?.state === 'running' || (current !== null && current.summary === null)) return fail(stillRunning);
      const cost = charging.cost(photoIds.length, kindsOf(chain));
      if (cost.refusal !== null) return fail(cost.refusal);
      const charged = formatAmount(0n, charging.unit());
      const id = world.ids.next();
      const counts = { total: photoIds.length, done: 0, failed: 0 };
      current = { id, state: 'running', ...counts, free: cost.free, charged, folder: outputFolder(), summary: null, problems: [] };
      ending = work(id, photoIds, chain, cost.free);
      return ok(current);
    },
    cancel(runId) {
      if (current?.id !== runId || current.state !== 'running') return fail(runUnknown);
      change({ state: 'cancelled' });
      return ok(current);
    },
    run: () => current,
    async close() {
      if (current?.state === 'running') change({ state: 'cancelled' });
      charging.stop();
      await ending;
    },
  };
}

/** Versions lie under ids, which mean nothing to anybody: the problem is about the photo. A watermark keeps its own name. */
function about(problem: Problem, photo: Shown, outPath: string): Problem {
  const own = [basename(photo.path), basename(outPath)];
  if (problem.file !== undefined && !own.includes(problem.file)) return problem;
  const message = own.reduce((text, name) => text.replaceAll(name, photo.name), problem.message);
  return { ...problem, message, file: photo.name };
}
