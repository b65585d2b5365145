/** Apply: one credit per photo, all of it resumable. What the renderer calls is here; how a batch is carried out is in `paid-work/`. */

import { millisFrom, NO_ACCOUNT } from '../../shared/credits/model/minting.ts';
import type { AccountId } from '../../shared/credits/model/quantities.ts';
import { costOfEdit, refusalOf } from '../../shared/edit/cost.ts';
import type { Recipe } from '../../shared/edit/recipe.ts';
import type { PhotoEdit } from '../../shared/ipc/edits.ts';
import type { Batch } from '../../shared/ipc/index.ts';
import type { PriceView, QuoteView, Unit } from '../../shared/ipc/wallet.ts';
import { fail, ok, type Problem, type Result } from '../../shared/result.ts';
import type { Emit } from '../events.ts';
import type { Library } from '../library/library.ts';
import { parseRecipe } from '../library/records.ts';
import type { LibraryStore } from '../library/store.ts';
import { type LiveBatch, liveBatch, type Mode } from '../paid-work/batch.ts';
import { isFinal } from '../paid-work/job.ts';
import { type LostWork, newBatch, remadeBatch, type Work } from '../paid-work/new-batch.ts';
import type { PaidWork } from '../paid-work/paid-work.ts';
import type { Origin } from '../paid-work/records.ts';
import type { PaidWorkStore } from '../paid-work/store.ts';
import type { World } from '../world.ts';
import { viewBatch } from './batch-view.ts';
import type { ApplyCraft } from './craft.ts';
import { type Finished, showFinished, wantedOf } from './finished-already.ts';
import {
  alreadyWorking,
  backgroundsMissing,
  broughtBack,
  costsMoreNow,
  noSuchBatch,
  nothingNew,
  recipeRefused,
  total,
} from './sentences.ts';
import type { ApplyTask } from './task.ts';

interface ApplyOptions {
  /** Make and pay anew for pictures that are finished already. */
  readonly again?: boolean | undefined;
  /** How many photos the user was told are paid for: with more of them nothing is begun. Null: nobody was told. */
  readonly paying?: number | null | undefined;
}

interface ApplyingParts {
  readonly paidWork: PaidWork;
  readonly craft: ApplyCraft;
  readonly store: Pick<PaidWorkStore, 'jobs' | 'lastFinished' | 'chargeOf'>;
  readonly photos: Pick<LibraryStore, 'photo' | 'version' | 'collectionOf'>;
  readonly library: Pick<Library, 'setActivity' | 'original' | 'saveRecipes' | 'made' | 'showVersion'>;
  readonly world: World;
  readonly emit: Emit;
  readonly unit: () => Unit;
  /** Whose credit is used; null before the first sync. */
  readonly account: () => AccountId | null;
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
const ANNOUNCE_EVERY_MS = millisFrom(100);

/** What the renderer and the command line ask of applying. */
export class Applying {
  readonly #parts: ApplyingParts;
  /** Announcements that are planned, by batch. */
  readonly #announcements = new Map<string, () => void>();
  /** Photos of an `apply` that is not a batch yet. */
  readonly #starting = new Set<string>();

  constructor(parts: ApplyingParts) {
    this.#parts = parts;
    parts.paidWork.watch(parts.craft.kind, (batch) => this.#changed(batch));
  }

  /** What applying would cost now, by the copy of the ledger on this machine. Never authorises. `again`: as in `apply`. */
  quote(edits: readonly PhotoEdit[], again = false): QuoteView {
    const { photos, library, hasLogos, quoteFor } = this.#parts;
    const { fresh, finished } = wantedOf(once(edits), library, again);
    const made = finished.map(({ edit, version }) => ({ photoId: edit.photoId, shown: version.shown }));
    if (fresh.length === 0) return { ...quoteFor([]), refusal: null, notices: [], made };
    const edited = fresh.flatMap(({ photoId, recipe }) => {
      const photo = photos.photo(photoId);
      if (photo === undefined) return [];
      const version = photo.current_version_id === null ? undefined : photos.version(photo.current_version_id);
      return [{ name: photo.name, applied: version === undefined ? null : parseRecipe(version.recipe), next: recipe }];
    });
    const cost = costOfEdit(edited, hasLogos());
    const quoted = quoteFor(edited.map(({ next }) => next));
    if (cost.refusal === null) return { ...quoted, notices: [...cost.notices], made };
    return { ...quoted, refusal: { code: cost.refusal, message: recipeRefused(cost.refusal).message }, notices: [], made };
  }

  /**
   * One batch, whatever the recipes: credit is used in the order given, and `mode` spans all of it. A photo that is named
   * twice is applied once, as it is named first. A photo whose very picture is finished already is left out and goes back to
   * it, which is free. Answers once the credit is held (or the network keeps the batch waiting), with a finished batch of no
   * photos when all that had to be done was to go back; a problem when nothing was begun. While another batch runs, its photos
   * are made after those of that batch.
   */
  async apply(edits: readonly PhotoEdit[], mode: Mode, { again = false, paying = null }: ApplyOptions = {}): Promise<Result<Batch>> {
    const { library, paidWork } = this.#parts;
    const wanted = once(edits);
    const { fresh, finished } = wantedOf(wanted, library, again);
    const refused = this.#refuseBefore(wanted, fresh);
    if (refused !== null) return fail(refused);
    if (paying !== null && fresh.length > paying) return fail(costsMoreNow(paying, fresh.length));
    if (fresh.length === 0) return this.#goBack(finished);
    const prepared = await this.#prepare(fresh, mode);
    if (!prepared.ok) return prepared;
    const batch = prepared.value;
    library.saveRecipes(fresh);
    library.setActivity(
      [...batch.by.queued].flatMap((id) => batch.jobs.get(id)?.photo.id ?? []),
      { state: 'queued' },
    );
    await paidWork.begin(batch);
    const why = [...batch.jobs.values()].find((job) => job.state === 'refused')?.problem;
    if ((batch.phase === 'refused' || batch.turnedDown) && why) return fail(why);
    showFinished(finished, library);
    return ok(this.#show(batch));
  }

  /** Nothing new of it is begun. */
  pause(batchId: string): Result<Batch> {
    return this.#actOn(batchId, (batch) => batch.phase === 'running' && this.#parts.paidWork.setPhase(batch, 'paused'));
  }

  /** It goes on; what is made and not paid is paid where there is credit. */
  resume(batchId: string): Result<Batch> {
    const { paidWork } = this.#parts;
    return this.#actOn(batchId, (batch) => {
      if (batch.phase === 'paused') paidWork.setPhase(batch, 'running');
      paidWork.creditChanged();
    });
  }

  /** What is being written is finished; the rest is not charged. */
  cancel(batchId: string): Result<Batch> {
    return this.#actOn(batchId, (batch) => this.#parts.paidWork.setPhase(batch, 'cancelling'));
  }

  /** Those that are open, oldest first, and the last one that is finished. */
  batches(): Batch[] {
    const live = this.#live().map((batch) => this.#show(batch));
    const last = this.#lastFinished();
    return last === null ? live : [...live, this.#show(last)];
  }

  /** What a finished version cost; null when another machine (or nobody) paid for it. */
  chargeOf(versionId: string): string | null {
    return this.#parts.store.chargeOf(versionId);
  }

  /** Operations that the server has not confirmed yet. */
  pending(): number {
    return this.#live().reduce((sum, { by }) => sum + by.queued.size + by.made.size, 0);
  }

  /** Whether a batch goes on with the picture of that operation, or with that job, by itself. */
  isLive(id: string): boolean {
    return this.#parts.paidWork.isLive(this.#parts.craft.kind, id);
  }

  /** Makes a picture again that was charged and is gone, of a photo that the library knows, without any further charge. */
  remake(lost: LostWork<ApplyTask>): void {
    const { paidWork, craft, world } = this.#parts;
    paidWork.add(remadeBatch(world, craft, lost));
    paidWork.tick();
  }

  /** Nothing is shown any more. */
  close(): void {
    for (const cancel of this.#announcements.values()) cancel();
  }

  #live(): LiveBatch[] {
    return this.#parts.paidWork.batches(this.#parts.craft.kind);
  }

  #show(batch: LiveBatch): Batch {
    const { paidWork, unit } = this.#parts;
    return viewBatch(batch, unit(), { isBlocked: paidWork.isBlocked(batch), ahead: paidWork.ahead(batch) });
  }

  #announce(batch: LiveBatch): void {
    this.#announcements.get(batch.record.id)?.();
    this.#announcements.delete(batch.record.id);
    // One that is refused too: where the server takes its time, it has been shown as running by then.
    this.#parts.emit('applying.changed', this.#show(batch));
  }

  #changed(batch: LiveBatch): void {
    const { id } = batch.record;
    if (!['running', 'cancelling'].includes(batch.phase)) this.#announce(batch);
    else if (!this.#announcements.has(id))
      this.#announcements.set(
        id,
        this.#parts.world.timers.after(ANNOUNCE_EVERY_MS, () => this.#announce(batch)),
      );
  }

  #actOn(batchId: string, act: (batch: LiveBatch) => void): Result<Batch> {
    const batch = this.#live().find(({ record }) => record.id === batchId);
    if (batch === undefined) return fail(noSuchBatch);
    act(batch);
    return ok(this.#show(batch));
  }

  #busy(): Set<string> {
    const ids = new Set<string>(this.#starting);
    for (const batch of this.#live()) for (const job of batch.jobs.values()) if (!isFinal(job.state)) ids.add(job.photo.id);
    return ids;
  }

  #originOf(original: Awaited<ReturnType<Library['original']>>): Origin | null {
    if (!original.ok) return null;
    const { id, path, sha256 } = original.value;
    const collection = this.#parts.photos.collectionOf(id);
    return collection === null ? null : { path, sha256, collection };
  }

  /** Every photo that can be worked on, and why the others cannot. */
  async #worksOf(edits: readonly PhotoEdit[]): Promise<Work<ApplyTask>[]> {
    const { library, photos } = this.#parts;
    const tasks = new Map<Recipe, ApplyTask>();
    const works: Work<ApplyTask>[] = [];
    for (const { photoId, recipe } of edits) {
      const original = await library.original(photoId);
      const task = tasks.get(recipe) ?? { recipe };
      tasks.set(recipe, task);
      const name = photos.photo(photoId)?.name ?? 'A photo';
      works.push({ photo: { id: photoId, name, origin: this.#originOf(original) }, task, problem: original.ok ? null : original.error });
    }
    return works;
  }

  async #prepare(edits: readonly PhotoEdit[], mode: Mode): Promise<Result<LiveBatch>> {
    const { world, craft, paidWork, account } = this.#parts;
    for (const { photoId } of edits) this.#starting.add(photoId);
    try {
      const works = await this.#worksOf(edits);
      const first = works[0]?.problem ?? null;
      if (first !== null && works.every(({ problem }) => problem !== null)) return fail(first);
      return ok(paidWork.add(newBatch(world, craft, { accountId: account() ?? NO_ACCOUNT, mode, isFree: false }, works)));
    } finally {
      for (const { photoId } of edits) this.#starting.delete(photoId);
    }
  }

  /** One whose rows cannot be read is not shown. */
  #lastFinished(): LiveBatch | null {
    const { store, craft, world } = this.#parts;
    const last = store.lastFinished(craft.kind);
    try {
      return last === null ? null : liveBatch(last, store.jobs(last.id));
    } catch (error) {
      world.log('the photos of a batch could not be read', { batch: last?.id, error: String(error) });
      return null;
    }
  }

  #namesOf(edits: readonly PhotoEdit[]): string[] {
    return edits.map(({ photoId }) => this.#parts.photos.photo(photoId)?.name ?? 'A photo');
  }

  /** One photo that cannot be asked for as it is stops the press, before anything is sent: it is a slip, not a fault. */
  #refuseBefore(edits: readonly PhotoEdit[], fresh: readonly PhotoEdit[]): Problem | null {
    const bare = edits.filter(({ recipe }) => recipe.background === null);
    if (bare.length > 0)
      return bare.length === edits.length ? recipeRefused('background_required') : backgroundsMissing(this.#namesOf(bare));
    const refused = edits.map(({ recipe }) => refusalOf(recipe)).find((code) => code !== null) ?? null;
    if (refused !== null) return recipeRefused(refused);
    const offline = this.#parts.offline();
    if (offline !== null) return offline;
    const working = this.#busy();
    const names = this.#namesOf(edits.filter(({ photoId }) => working.has(photoId)));
    if (names.length > 0) return alreadyWorking(names);
    for (const recipe of new Set(fresh.map((edit) => edit.recipe))) {
      const problem = this.#parts.checkFiles(recipe);
      if (problem !== null) return problem;
    }
    return null;
  }

  /** Nothing has to be made: photos that show something else go back to their finished picture. */
  #goBack(finished: readonly Finished[]): Result<Batch> {
    const back = showFinished(finished, this.#parts.library);
    if (back.length === 0) return fail(nothingNew(this.#namesOf(finished.map(({ edit }) => edit))));
    const counts = { total: 0, applied: 0, failed: 0, unpaid: 0, held: 0, refused: 0, cancelled: 0, ahead: 0, secondsLeft: null };
    const nothing = { ...counts, charged: total([], this.#parts.unit()) };
    return ok({ id: this.#parts.world.ids.next(), state: 'finished', ...nothing, summary: broughtBack(this.#namesOf(back)), problems: [] });
  }
}
