/** One run of `apply`: what an earlier run left is finished first, then only photos that lack this very picture are paid for. */

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Library } from '../../electron/library/library.ts';
import { formatAmount } from '../../shared/credits/model/amount.ts';
import type { Millis } from '../../shared/credits/model/quantities.ts';
import type { Recipe } from '../../shared/edit/recipe.ts';
import { sameRecipe } from '../../shared/edit/recipe-key.ts';
import type { PhotoEdit } from '../../shared/ipc/edits.ts';
import type { Batch } from '../../shared/ipc/index.ts';
import type { Version } from '../../shared/ipc/library.ts';
import type { Problem } from '../../shared/result.ts';
import type { Session } from '../command.ts';
import { failedBy } from '../outcome.ts';
import { EARLIER_RUN, madeNotPaid } from '../sentences.ts';
import { untilOver } from '../until-over.ts';
import { glassRecipes, patchesIn } from './glass.ts';
import { haveModel } from './model.ts';
import { placeResult, provenFolder } from './placing.ts';
import { backgroundNamed, type RecipeInput, recipeFrom } from './recipe-options.ts';
import type { OpenedStudio } from './studio.ts';

/** What `apply` was asked for; `waitMs` in milliseconds. */
export interface Order {
  readonly photos: readonly string[];
  readonly recipe: RecipeInput;
  /** Open what looks like scenery seen through glass, in each photo by itself. */
  readonly glass: boolean;
  readonly out: string;
  /** As many photos as the wallet pays for, instead of all or none. */
  readonly partial: boolean;
  /** Pay again for pictures that are there already. */
  readonly again: boolean;
  /** Fetch a missing model without asking. */
  readonly fetchModel: boolean;
  /** Discard first what earlier runs have made and not paid. */
  readonly dropUnpaid: boolean;
  /** With the network gone this long, the run gives up; what is held comes back by itself or is taken up by the next run. */
  readonly waitMs: Millis;
}

interface PhotoOutcome {
  readonly name: string;
  readonly path: string;
  readonly state: 'applied' | 'made before' | 'not applied';
  readonly charged: string;
  /** Patches of glass that were opened by themselves. */
  readonly glass: number;
  readonly savedTo: string | null;
  readonly problem: Problem | null;
}

/** What `apply` did; `charged` is a decimal string in the policy's unit. */
export interface RunOutcome {
  readonly photos: readonly PhotoOutcome[];
  /** Files that could not be taken in at all. */
  readonly problems: readonly Problem[];
  /** The studio's own sentence about what was paid for now; null: nothing had to be. */
  readonly summary: string | null;
  readonly charged: string;
}

interface TakenIn {
  readonly id: string;
  readonly name: string;
  readonly path: string;
}

/** Applies the recipe to every photo that lacks this very picture. Throws `CommandFailed`; what was paid for is then taken up by the next run. */
export async function runApply(session: Session, opened: OpenedStudio, order: Order): Promise<RunOutcome> {
  const { studio, events } = opened;
  const { applying } = studio;
  const out = resolve(order.out);
  const blocked = await provenFolder(out);
  if (blocked !== null) throw failedBy(blocked);
  if (applying.batches().some(isLive)) session.screen.note(EARLIER_RUN);
  await rest(session, opened, order.waitMs);
  await tellCases(session, opened, out);
  await settleUnpaid(session, opened, order);

  const recipe = await recipeOf(opened, order.recipe);
  const stop = events.on('library.importing', ({ done, total }) => session.screen.progress(`reading photos ${done}/${total}`));
  const { imported, problems } = await studio.library.importPaths(order.photos.map((path) => resolve(path))).finally(stop);
  const photos = await takenIn(opened, [...new Set(imported)]);
  if (order.glass && photos.length > 0) await haveModel(session, opened.darkroom, order.fetchModel);
  const own = order.glass ? await glassRecipes(session, opened, photos, recipe) : new Map<string, Recipe>();
  const recipeFor = (id: string): Recipe => own.get(id) ?? recipe;
  const before = new Map(photos.map(({ id }) => [id, order.again ? null : studio.library.made(id, recipeFor(id))]));
  const had = new Set(photos.flatMap(({ id }) => studio.library.versions(id).map((version) => version.id)));
  const wanted = photos.filter(({ id }) => before.get(id) === null);
  if (wanted.length > 0) await haveModel(session, opened.darkroom, order.fetchModel);
  const edits = wanted.map(({ id }) => ({ photoId: id, recipe: recipeFor(id) }));
  const batch = edits.length === 0 ? null : await pay(session, opened, edits, order);
  const newest = (id: string): MadeVersion | null =>
    studio.library.versions(id).find((version) => !had.has(version.id) && sameRecipe(version.recipe, recipeFor(id))) ?? null;
  const outcomes: PhotoOutcome[] = [];
  for (const [index, photo] of photos.entries()) {
    session.screen.progress(`saving ${index + 1}/${photos.length}`);
    const earlier = before.get(photo.id) ?? null;
    const made = await outcomeOf(opened, { photo, version: earlier ?? newest(photo.id), earlier: earlier !== null }, { batch, out });
    outcomes.push({ ...made, glass: patchesIn(recipeFor(photo.id)) });
  }
  return {
    photos: outcomes,
    problems,
    summary: batch === null ? null : (batch.summary ?? unpaidText(batch)),
    charged: batch?.charged ?? zero(opened),
  };
}

/** Pictures that were charged and are in no library: told once, and put where pictures are wanted now. */
async function tellCases({ screen }: Session, { studio }: OpenedStudio, out: string): Promise<void> {
  for (const { opId, message, path, photoName } of studio.cases.list()) {
    screen.note(message);
    const placed = path === null ? null : await placeResult(path, out, photoName);
    if (placed?.ok === true) screen.note(`It is now also at ${placed.value}.`);
    if (placed === null || placed.ok) studio.cases.dismiss(opId);
  }
}

/** What earlier runs made and could not pay: discarded where that is wanted, else said; it is paid as soon as there is credit. */
async function settleUnpaid(session: Session, opened: OpenedStudio, { dropUnpaid, waitMs }: Order): Promise<void> {
  const { applying } = opened.studio;
  const unpaid = applying.batches().filter(({ state }) => state === 'waiting for credit');
  for (const batch of unpaid) {
    if (dropUnpaid) applying.cancel(batch.id);
    else session.screen.note(unpaidText(batch));
  }
  if (dropUnpaid && unpaid.length > 0) await rest(session, opened, waitMs);
}

const unpaidText = ({ unpaid }: Batch): string =>
  unpaid === 1 ? madeNotPaid('1 photo is', 'it') : madeNotPaid(`${unpaid} photos are`, 'them');

type MadeVersion = Omit<Version, 'charged'>;

/** Null when the library's file is gone. */
function fileOf(library: Pick<Library, 'locateVersion'>, { photoId, id }: MadeVersion): string | null {
  const path = library.locateVersion(photoId, id);
  return path.ok && existsSync(path.value) ? path.value : null;
}

const isLive = ({ state }: Batch): boolean => state !== 'finished' && state !== 'cancelled';
/** What waits for credit is not waited for here. */
const isUnderWay = (batch: Batch): boolean => isLive(batch) && batch.state !== 'waiting for credit';
const zero = ({ studio }: OpenedStudio): string => formatAmount(0n, studio.wallet.unit());

/** The recipe, with its files in the library. */
async function recipeOf({ studio }: OpenedStudio, input: RecipeInput): Promise<Recipe> {
  const add = async (kind: 'background' | 'logo', path: string): Promise<string> => {
    const { added, problems } = await studio.assets.addPaths(kind, [resolve(path)]);
    const [asset] = added;
    if (asset !== undefined) return asset.id;
    const why = problems[0]?.message ?? `${path} could not be read.`;
    throw failedBy({ code: problems[0]?.code ?? 'read_failed', message: `The ${kind} was not accepted: ${why} No photo was charged.` });
  };
  const named = input.background === undefined ? null : backgroundNamed(input.background);
  return recipeFrom(input, {
    background: named?.kind === 'path' ? await add('background', named.path) : null,
    logo: input.logo === undefined ? null : await add('logo', input.logo),
  });
}

/** The photos that can be worked on. The others are told by the batch. */
async function takenIn({ studio }: OpenedStudio, ids: readonly string[]): Promise<TakenIn[]> {
  const photos: TakenIn[] = [];
  for (const id of ids) {
    const original = await studio.library.original(id);
    if (!original.ok) continue;
    photos.push({ id, name: original.value.name, path: original.value.path });
  }
  return photos;
}

/** Holds, renders and settles; answers when nothing of it is under way any more. */
async function pay(session: Session, opened: OpenedStudio, edits: readonly PhotoEdit[], { partial, again, waitMs }: Order): Promise<Batch> {
  const { applying } = opened.studio;
  session.screen.progress(`holding credit for ${edits.length} photos`);
  const begun = await applying.apply(edits, partial ? 'as many as possible' : 'all or nothing', { again });
  if (!begun.ok) throw failedBy(begun.error);
  await rest(session, opened, waitMs);
  return applying.batches().find(({ id }) => id === begun.value.id) ?? begun.value;
}

/** Waits until no batch is under way. */
function rest(session: Session, { studio: { applying }, events }: OpenedStudio, waitMs: Millis): Promise<void> {
  const live = (): Batch[] => applying.batches().filter(isUnderWay);
  return untilOver(session, {
    look: () => {
      const batches = live();
      const stopped = batches.find(({ state }) => state === 'stopped');
      if (stopped !== undefined)
        return { kind: 'stopped', problem: stopped.problems[0] ?? { code: 'local_fault', message: 'A batch does not go on.' } };
      if (batches.length === 0) return { kind: 'over' };
      for (const batch of batches) if (batch.state === 'paused') applying.resume(batch.id);
      const waitsForNetwork = batches.every(({ state }) => state === 'waiting for network');
      return { kind: 'under way', said: batches.map(progressOf).join(' · '), waitsForNetwork };
    },
    watch: (changed) => events.on('applying.changed', changed),
    cancel: () => {
      session.screen.note('Stopping: the picture that is being written is finished, the rest is not charged.');
      for (const { id } of applying.batches().filter(isLive)) applying.cancel(id);
    },
    waitMs,
    whenOffline:
      'Finished pictures are kept, and what is held comes back by itself. Run the same command again to go on; nothing is charged twice.',
  });
}

function progressOf({ applied, failed, refused, cancelled, total, secondsLeft, state }: Batch): string {
  const left = secondsLeft === null ? '' : `, ${Math.ceil(secondsLeft)} s left`;
  const waits = state === 'waiting for network' ? ', waiting for the network' : '';
  return `${applied + failed + refused + cancelled} of ${total} photos${left}${waits}`;
}

interface PhotoOfRun {
  readonly photo: TakenIn;
  /** The picture that was asked for; null: there is none. */
  readonly version: MadeVersion | null;
  /** Made by a run before this one. */
  readonly earlier: boolean;
}

/** Puts the picture into the folder `out`. `batch`: what this run paid for; null: nothing had to be. */
async function outcomeOf(
  { studio }: OpenedStudio,
  { photo, version, earlier }: PhotoOfRun,
  { batch, out }: { readonly batch: Batch | null; readonly out: string },
): Promise<Omit<PhotoOutcome, 'glass'>> {
  const { name, path } = photo;
  const nothing = formatAmount(0n, studio.wallet.unit());
  const file = version === null ? null : fileOf(studio.library, version);
  if (version === null || file === null) {
    const problem = batch?.problems.find((each) => each.file === name) ?? {
      code: 'not_applied',
      message: `${name} was not applied and not charged.`,
    };
    return { name, path, state: 'not applied', charged: nothing, savedTo: null, problem };
  }
  const placed = await placeResult(file, out, name);
  return {
    name,
    path,
    state: earlier ? 'made before' : 'applied',
    charged: earlier ? nothing : (studio.applying.chargeOf(version.id) ?? '0'),
    savedTo: placed.ok ? placed.value : null,
    problem: placed.ok ? null : placed.error,
  };
}
