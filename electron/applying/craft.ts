/** Applying as a craft of paid work: a photo and its recipe become a picture, which is a version in the library and a copy beside it. */
import type { Background, Recipe } from '../../shared/edit/recipe.ts';
import type { PriceView, Unit } from '../../shared/ipc/wallet.ts';
import type { Problem, Result } from '../../shared/result.ts';
import type { Library } from '../library/library.ts';
import type { Activity, Craft, CraftSentences, Filed, Filing, PricedOperation } from '../paid-work/craft.ts';
import type { Made } from '../paid-work/job.ts';
import type { PaidRecord } from '../paid-work/records.ts';
import { paidNotDelivered } from '../paid-work/sentences.ts';
import { discardResult, type FilingParts, fileResult, makeThumbnails } from './filing.ts';
import { type RenderParts, renderJob } from './rendering.ts';
import { cancelledByUser, creditRanOut, localFault, madeNotPaid, outsideLibrary, refusedHold } from './sentences.ts';
import { type ApplyJob, type ApplyTask, applyTask } from './task.ts';

interface ApplyCraftParts {
  readonly rendering: RenderParts;
  readonly filing: FilingParts;
  readonly library: Pick<Library, 'setActivity' | 'markFailed'>;
  /** How many photos the server takes in one request. */
  readonly largestRequest: number;
  readonly unit: () => Unit;
  readonly quoteFor: (recipes: readonly Recipe[]) => PriceView;
  /** The output folder has taken a copy. */
  readonly copied: () => void;
}

function backgroundOnTheWire(background: Background): string {
  switch (background.kind) {
    case 'built-in':
      return `built-in:${background.id}`;
    case 'file':
      return `file:${background.fileId}`;
    case 'transparent':
      return 'transparent';
  }
}

/** What the rules need to know of a recipe. Pictures, placement and file names stay on this machine. */
function recipeOnTheWire({ background, logo }: Recipe): { background: string | null; logo: string | null } {
  return {
    background: background === null ? null : backgroundOnTheWire(background),
    logo: logo === null ? null : `file:${logo.fileId}`,
  };
}

/** The craft `apply`: prices a photo with its recipe, renders it, and files the picture once it is settled. */
export class ApplyCraft implements Craft<ApplyTask> {
  readonly kind = 'apply';
  readonly task = applyTask;
  readonly largestRequest: number;
  /** The press answers when all of it is decided. */
  readonly heldAhead = null;
  readonly pricesAlike = false;
  readonly says: CraftSentences<ApplyTask>;
  readonly #parts: ApplyCraftParts;

  constructor(parts: ApplyCraftParts) {
    this.#parts = parts;
    this.largestRequest = parts.largestRequest;
    this.says = {
      refused: (_job, refusal) => refusedHold(refusal, parts.unit()),
      madeNotPaid: ({ photo }) => madeNotPaid(photo.name),
      cancelled: () => cancelledByUser,
      notBegun: () => creditRanOut,
      localFault: ({ photo }) => localFault(photo.name),
      notDelivered: ({ photo }, why) => paidNotDelivered(photo.name, 'picture', why),
    };
  }

  price({ photo, task }: ApplyJob): PricedOperation {
    return { kind: this.kind, photo: photo.id, recipe: recipeOnTheWire(task.recipe) };
  }

  affordable(jobs: readonly ApplyJob[]): number {
    const recipes = jobs.map(({ task }) => task.recipe);
    let [least, most] = [0, recipes.length];
    while (least < most) {
      const middle = Math.ceil((least + most) / 2);
      if (this.#parts.quoteFor(recipes.slice(0, middle)).refusal === null) least = middle;
      else most = middle - 1;
    }
    return least;
  }

  /** The press has looked already. */
  async check(): Promise<Problem | null> {
    return null;
  }

  async make(job: ApplyJob, onProgress: (fraction: number) => void): Promise<Result<Made>> {
    const { rendering, filing } = this.#parts;
    const made = await renderJob(rendering, job, onProgress);
    // The picture is made; without its small ones the file itself is shown.
    if (made.ok)
      await makeThumbnails(filing, { id: job.id, photoId: job.photo.id, path: made.value.path }).catch((error: unknown) =>
        filing.world.log('no thumbnails of a result', { error: String(error) }),
      );
    return made;
  }

  async note({ made, task }: ApplyJob): Promise<PaidRecord['work'] | null> {
    if (made === null || made.picture === null) return null;
    return { kind: 'apply', recipe: task.recipe, file: { path: made.path, ...made.picture } };
  }

  async file(job: ApplyJob, { mayBeFiled }: Filing): Promise<Filed> {
    const problem = await fileResult(this.#parts.filing, job, mayBeFiled);
    // The folder has taken one: perhaps it has room again for those that it did not take before.
    if (problem === null) this.#parts.copied();
    return { kind: 'filed', problem };
  }

  /** It is paid for and it is there: that is said, and the next start tries to put it into the library. */
  unfiled({ photo, made }: ApplyJob): Filed {
    return { kind: 'filed', problem: outsideLibrary(photo.name, made?.path ?? '') };
  }

  /** The file itself is the version; its note helps when the library is lost. */
  finished(): void {}

  discard(job: ApplyJob): void {
    discardResult(this.#parts.filing, { id: job.id, photoId: job.photo.id, recipe: job.task.recipe });
  }

  show({ photo }: ApplyJob, activity: Activity): void {
    const { library } = this.#parts;
    if (activity.kind === 'failed') library.markFailed(photo.id, activity.problem);
    else if (activity.kind === 'working') library.setActivity([photo.id], { state: 'working', progress: activity.fraction });
    else library.setActivity([photo.id], activity.kind === 'queued' ? { state: 'queued' } : null);
  }
}
