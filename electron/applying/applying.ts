/** Apply: one credit per photo, all of it resumable. What the renderer calls is here; how a batch is carried out is in `queue.ts`. */
import { costOfEdit } from '../../shared/edit/cost.ts';
import type { Recipe } from '../../shared/edit/recipe.ts';
import type { PhotoEdit } from '../../shared/ipc/edits.ts';
import type { Batch } from '../../shared/ipc/index.ts';
import type { PriceView, QuoteView, Unit } from '../../shared/ipc/wallet.ts';
import { fail, ok, type Problem, type Result } from '../../shared/result.ts';
import type { Emit } from '../events.ts';
import type { Library } from '../library/library.ts';
import { parseRecipe } from '../library/records.ts';
import type { LibraryStore } from '../library/store.ts';
import type { Origin } from '../paid-work/records.ts';
import type { World } from '../world.ts';
import { type LiveBatch, liveBatch, viewBatch } from './batches.ts';
import { type Finished, showFinished, wantedOf } from './finished-already.ts';
import { isFinal, type Job, newJob } from './jobs.ts';
import { createQueue, type QueueParts } from './queue.ts';
import type { ApplyingStore, BatchRecord, Mode } from './store.ts';
import {
  alreadyWorking,
  backgroundRequired,
  backgroundsMissing,
  broughtBack,
  costsMoreNow,
  noSuchBatch,
  nothingNew,
  total,
} from './words.ts';

export interface ApplyOptions {
  /** Make and pay anew for pictures that are finished already. */
  readonly again?: boolean | undefined;
  /** How many photos the user was told are paid for: with more of them nothing is begun. Null: nobody was told. */
  readonly paying?: number | null | undefined;
}

export interface Applying {
  /** What applying would cost now, by the copy of the ledger on this machine. Never authorises. `again`: as in `apply`. */
  quote(edits: readonly PhotoEdit[], again?: boolean): QuoteView;
  /**
   * One batch, whatever the recipes: credit is used in the order given, and `mode` spans all of it. A photo that is named
   * twice is applied once, as it is named first. A photo whose very picture is finished already is left out and goes back to
   * it, which is free. Answers once the credit is held (or the network keeps the batch waiting), with a finished batch of no
   * photos when all that had to be done was to go back; a problem when nothing was begun.
   */
  apply(edits: readonly PhotoEdit[], mode: Mode, options?: ApplyOptions): Promise<Result<Batch>>;
  pause(batchId: string): Result<Batch>;
  resume(batchId: string): Result<Batch>;
  cancel(batchId: string): Result<Batch>;
  batches(): Batch[];
  photoOf(opId: string): { id: string; name: string } | null;
  /** What a finished version cost; null when another machine (or nobody) paid for it. */
  chargeOf(versionId: string): string | null;
  /** Operations that the server has not confirmed yet. */
  pending(): number;
  connected(): void;
  /** There may be credit for what is made, not paid. */
  creditChanged(): void;
  /** Whether a batch goes on with the picture of that operation, or with that job, by itself. */
  isLive(id: string): boolean;
  /** Makes a picture again that was charged and is gone, without any further charge. */
  remake(lost: LostPicture): void;
  /** Takes up what an earlier process left. */
  start(): void;
  close(): Promise<void>;
}

/** A picture that is paid for and not there, of a photo that the library knows. */
export interface LostPicture {
  readonly opId: string;
  readonly accountId: string;
  readonly charged: string;
  readonly photo: { readonly id: string; readonly name: string; readonly origin: Origin | null };
  readonly recipe: Recipe;
}

export interface ApplyingParts extends Omit<QueueParts, 'changed' | 'library'> {
  readonly store: ApplyingStore;
  readonly photos: Pick<LibraryStore, 'photo' | 'version' | 'collectionOf'>;
  readonly library: Pick<Library, 'setActivity' | 'markFailed' | 'original' | 'saveRecipes' | 'made' | 'showVersion'>;
  readonly world: World;
  readonly emit: Emit;
  readonly unit: () => Unit;
  /** How many photos the server takes in one request. */
  readonly largestRequest: number;
  /** Whose credit is used; null before the first sync. */
  readonly account: () => string | null;
  /** Null when there is a connection; else why applying has to wait. */
  readonly offline: () => Problem | null;
  /** A problem when the recipe names a file that is not there. */
  readonly checkFiles: (recipe: Recipe) => Problem | null;
  readonly hasLogos: () => boolean;
  readonly quoteFor: (recipes: readonly Recipe[]) => PriceView;
}

/** Each photo once, as it is named first. */
function once(edits: readonly PhotoEdit[]): PhotoEdit[] {
  const seen = new Set<string>();
  return edits.filter(({ photoId }) => !seen.has(photoId) && seen.add(photoId));
}

/** How often a running batch is shown at most. */
const announceEveryMs = 100;

export function createApplying(parts: ApplyingParts): Applying {
  const { store, photos, library, world, emit } = parts;
  const soon = new Map<string, () => void>();

  const show = (batch: LiveBatch): Batch => viewBatch(batch, parts.unit(), queue.isBlocked(batch));
  function announce(batch: LiveBatch): void {
    soon.get(batch.record.id)?.();
    soon.delete(batch.record.id);
    if (batch.phase !== 'refused') emit('applying.changed', show(batch));
  }
  function changed(batch: LiveBatch): void {
    const { id } = batch.record;
    if (!['running', 'cancelling'].includes(batch.phase)) announce(batch);
    else if (!soon.has(id))
      soon.set(
        id,
        world.timers.after(announceEveryMs, () => announce(batch)),
      );
  }
  const queue = createQueue({ ...parts, changed });

  /** Photos of an `apply` that is not a batch yet. */
  const starting = new Set<string>();
  const busy = (): Set<string> => {
    const ids = new Set<string>(starting);
    for (const batch of queue.batches.values()) {
      for (const job of batch.jobs.values()) if (!isFinal(job.state)) ids.add(job.photoId);
    }
    return ids;
  };

  function originOf(original: Awaited<ReturnType<typeof library.original>>): Origin | null {
    if (!original.ok) return null;
    const { id, path, sha256 } = original.value;
    const collection = photos.collectionOf(id);
    return collection === null ? null : { path, sha256, collection };
  }

  /** Every photo that can be worked on, and why the others cannot. */
  async function makeJobs(batchId: string, edits: readonly PhotoEdit[]): Promise<{ jobs: Job[]; problems: Problem[] }> {
    const jobs: Job[] = [];
    const problems: Problem[] = [];
    let ready = 0;
    for (const [position, { photoId, recipe }] of edits.entries()) {
      const original = await library.original(photoId);
      const id = world.ids.next();
      const chunk = Math.floor(ready / parts.largestRequest);
      const photoName = photos.photo(photoId)?.name ?? 'A photo';
      const job = newJob({ id, batchId, photoId, photoName, position, chunk, recipe, opId: world.ids.next(), origin: originOf(original) });
      if (original.ok) ready += 1;
      else problems.push(original.error);
      jobs.push(original.ok ? job : { ...job, state: 'refused', problem: original.error });
    }
    return { jobs, problems };
  }

  /** The batch with its operation ids, on disk before anything is sent. */
  async function prepare(edits: readonly PhotoEdit[], mode: Mode): Promise<Result<LiveBatch>> {
    for (const { photoId } of edits) starting.add(photoId);
    try {
      const record: BatchRecord = {
        id: world.ids.next(),
        createdAt: world.clock.now(),
        accountId: parts.account() ?? '',
        mode,
        phase: 'running',
      };
      const { jobs, problems } = await makeJobs(record.id, edits);
      if (problems[0] !== undefined && problems.length === jobs.length) return fail(problems[0]);
      store.create(record, jobs);
      const batch = liveBatch(record, jobs);
      queue.take(batch);
      return ok(batch);
    } finally {
      for (const { photoId } of edits) starting.delete(photoId);
    }
  }

  /** One whose rows cannot be read is not shown. */
  function lastFinished(): LiveBatch | null {
    const last = store.lastFinished();
    try {
      return last === null ? null : liveBatch(last, store.jobs(last.id));
    } catch (error) {
      world.log('the photos of a batch could not be read', { batch: last?.id, error: String(error) });
      return null;
    }
  }

  const namesOf = (edits: readonly PhotoEdit[]): string[] => edits.map(({ photoId }) => photos.photo(photoId)?.name ?? 'A photo');

  /** One photo that cannot be asked for as it is stops the press, before anything is sent: it is a slip, not a fault. */
  function refuseBefore(edits: readonly PhotoEdit[], fresh: readonly PhotoEdit[]): Problem | null {
    const bare = edits.filter(({ recipe }) => recipe.background === null);
    if (bare.length > 0) return bare.length === edits.length ? backgroundRequired : backgroundsMissing(namesOf(bare));
    const offline = parts.offline();
    if (offline !== null) return offline;
    const working = busy();
    const names = namesOf(edits.filter(({ photoId }) => working.has(photoId)));
    if (names.length > 0) return alreadyWorking(names);
    for (const recipe of new Set(fresh.map((edit) => edit.recipe))) {
      const problem = parts.checkFiles(recipe);
      if (problem !== null) return problem;
    }
    return null;
  }

  /** Nothing has to be made: photos that show something else go back to their finished picture. */
  function goBack(finished: readonly Finished[]): Result<Batch> {
    const back = showFinished(finished, library);
    if (back.length === 0) return fail(nothingNew(namesOf(finished.map(({ edit }) => edit))));
    const nothing = {
      total: 0,
      applied: 0,
      failed: 0,
      unpaid: 0,
      refused: 0,
      cancelled: 0,
      secondsLeft: null,
      charged: total([], parts.unit()),
    };
    return ok({ id: world.ids.next(), state: 'finished', ...nothing, summary: broughtBack(namesOf(back)), problems: [] });
  }

  /** How many of these, in their order, the copy of the ledger would pay for; the server decides. */
  function affordable(jobs: readonly Job[]): number {
    const pays = (count: number): boolean => parts.quoteFor(jobs.slice(0, count).map(({ recipe }) => recipe)).refusal === null;
    let [least, most] = [0, jobs.length];
    while (least < most) {
      const middle = Math.ceil((least + most) / 2);
      if (pays(middle)) least = middle;
      else most = middle - 1;
    }
    return least;
  }

  const change = (batchId: string, act: (batch: LiveBatch) => void): Result<Batch> => {
    const batch = queue.batches.get(batchId);
    if (batch === undefined) return fail(noSuchBatch);
    act(batch);
    return ok(show(batch));
  };

  return {
    quote(edits, again = false) {
      const { fresh, finished } = wantedOf(once(edits), library, again);
      const made = finished.map(({ edit, version }) => ({ photoId: edit.photoId, shown: version.shown }));
      if (fresh.length === 0) return { ...parts.quoteFor([]), refusal: null, notices: [], made };
      const edited = fresh.flatMap(({ photoId, recipe }) => {
        const photo = photos.photo(photoId);
        if (photo === undefined) return [];
        const version = photo.current_version_id === null ? undefined : photos.version(photo.current_version_id);
        return [{ name: photo.name, applied: version === undefined ? null : parseRecipe(version.recipe), next: recipe }];
      });
      const cost = costOfEdit(edited, parts.hasLogos());
      const quoted = parts.quoteFor(edited.map(({ next }) => next));
      if (cost.refusal === null) return { ...quoted, notices: [...cost.notices], made };
      return { ...quoted, refusal: { code: cost.refusal, message: backgroundRequired.message }, notices: [], made };
    },
    async apply(edits, mode, { again = false, paying = null } = {}) {
      const wanted = once(edits);
      const { fresh, finished } = wantedOf(wanted, library, again);
      const refused = refuseBefore(wanted, fresh);
      if (refused !== null) return fail(refused);
      if (paying !== null && fresh.length > paying) return fail(costsMoreNow(paying, fresh.length));
      if (fresh.length === 0) return goBack(finished);
      const prepared = await prepare(fresh, mode);
      if (!prepared.ok) return prepared;
      const batch = prepared.value;
      library.saveRecipes(fresh);
      library.setActivity(
        [...batch.by.queued].flatMap((id) => batch.jobs.get(id)?.photoId ?? []),
        { state: 'queued' },
      );
      await queue.begin(batch);
      const why = [...batch.jobs.values()].find((job) => job.state === 'refused')?.problem;
      if ((batch.phase === 'refused' || batch.turnedDown) && why) return fail(why);
      showFinished(finished, library);
      return ok(show(batch));
    },
    pause: (batchId) => change(batchId, (batch) => batch.phase === 'running' && queue.setPhase(batch, 'paused')),
    resume: (batchId) =>
      change(batchId, (batch) => {
        if (batch.phase === 'paused') queue.setPhase(batch, 'running');
        queue.creditChanged(affordable);
      }),
    cancel: (batchId) => change(batchId, (batch) => queue.setPhase(batch, 'cancelling')),
    batches() {
      const live = [...queue.batches.values()].map(show);
      const last = lastFinished();
      return last === null ? live : [...live, show(last)];
    },
    photoOf: store.photoOf,
    chargeOf: store.chargeOf,
    pending: () => [...queue.batches.values()].reduce((sum, batch) => sum + batch.by.queued.size + batch.by.rendered.size, 0),
    connected() {
      queue.connected();
      queue.creditChanged(affordable);
    },
    creditChanged: () => queue.creditChanged(affordable),
    isLive(id) {
      for (const batch of queue.batches.values()) {
        for (const job of batch.jobs.values()) if ((job.opId === id || job.id === id) && !isFinal(job.state)) return true;
      }
      return false;
    },
    remake({ opId, accountId, charged, photo, recipe }) {
      const record: BatchRecord = {
        id: world.ids.next(),
        createdAt: world.clock.now(),
        accountId,
        mode: 'as many as possible',
        phase: 'running',
      };
      const id = world.ids.next();
      const fresh = newJob({
        id,
        batchId: record.id,
        photoId: photo.id,
        photoName: photo.name,
        position: 0,
        chunk: 0,
        recipe,
        opId,
        origin: photo.origin,
      });
      const job: Job = { ...fresh, state: 'held', sent: true, charged };
      store.create(record, [job]);
      queue.take(liveBatch(record, [job]));
      queue.tick();
    },
    start: () => queue.resume(),
    async close() {
      await queue.stop();
      for (const cancel of soon.values()) cancel();
      store.close();
    },
  };
}
