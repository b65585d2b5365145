/** Applied pictures that were charged and are in no library: found by their notes, by their jobs, or by where they lie. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import type { AccountId, OpId } from '../../shared/credits/model/quantities.ts';
import { defaultRecipe } from '../../shared/edit/recipe.ts';
import { contentFingerprint } from '../darkroom/files/regular-file.ts';
import { adoptPhoto } from '../library/adopting.ts';
import { parseRecipe } from '../library/records.ts';
import type { Job } from '../paid-work/job.ts';
import type { PaidRecord } from '../paid-work/records.ts';
import type { ChargedOperation, Recovered, RecoveringCraft } from '../paid-work/recovery.ts';
import type { PaidWorkStore } from '../paid-work/store.ts';
import type { Applying } from './applying.ts';
import { deliver, discardResult, type FilingParts, type FinishedPicture } from './filing.ts';
import type { PaidFile } from './rendering.ts';
import { applyTask } from './task.ts';

interface RecoveringParts {
  readonly filing: FilingParts;
  readonly jobs: Pick<PaidWorkStore, 'jobOf'>;
  readonly applying: Pick<Applying, 'isLive' | 'remake'>;
  readonly accountId: () => AccountId;
}

/** What is known of a charge without the library. `file`: where the picture should lie; null: it was never finished. */
type Known = Omit<FinishedPicture, 'file'> & { readonly file: PaidFile | null };

/** Finds each charged picture again and delivers it, makes it anew from its job, or opens a case about it. */
export class AppliedRecovery implements RecoveringCraft {
  readonly #parts: RecoveringParts;

  constructor(parts: RecoveringParts) {
    this.#parts = parts;
  }

  isDelivered(opId: OpId): boolean {
    return this.#parts.filing.store.photoOfOperation(opId) !== undefined;
  }

  isLive(id: string): boolean {
    return this.#parts.applying.isLive(id);
  }

  async recover(charge: ChargedOperation, record: PaidRecord | null): Promise<Recovered> {
    const { filing } = this.#parts;
    const picture = this.#known(charge.opId, record) ?? (await this.#lying(charge));
    if (picture === null) {
      if (!this.#isOurs(charge.photo)) return { kind: 'not ours' };
      const photoName = filing.store.photo(charge.photo)?.name ?? 'A photo';
      return { kind: 'case', found: { kind: 'lost', photoName, path: null } };
    }
    const { file } = picture;
    if (file === null || !(await isWhole(file))) return this.#remake(charge, picture);
    const { outside } = await deliver(filing, { ...picture, file }, true);
    if (outside === null) return { kind: 'delivered' };
    return { kind: 'case', found: { kind: 'outside', photoName: picture.photo.name, path: outside } };
  }

  discard({ jobId, photo, work }: PaidRecord): void {
    const { filing } = this.#parts;
    if (work.kind === 'apply' && filing.store.version(jobId) === undefined)
      discardResult(filing, { id: jobId, photoId: photo.id, recipe: work.recipe });
  }

  /** By the note beside the picture, or by the job. */
  #known(opId: OpId, record: PaidRecord | null): Known | null {
    if (record?.work.kind === 'apply') return { id: record.jobId, opId, photo: record.photo, ...record.work };
    const job = this.#jobOf(opId);
    const task = applyTask.safeParse(job?.task).data;
    if (job === null || task === undefined) return null;
    const { id, photo, made } = job;
    const file = made === null || made.picture === null ? null : { path: made.path, ...made.picture };
    return { id, opId, photo, recipe: task.recipe, file };
  }

  /** A row that cannot be read is none. */
  #jobOf(opId: OpId): Job | null {
    const { jobs, filing } = this.#parts;
    try {
      return jobs.jobOf(opId);
    } catch (error) {
      filing.world.log('a job could not be read', { opId, error: String(error) });
      return null;
    }
  }

  /**
   * By where it lies: in the photo's own folder, the newest file whose id is older than the operation's. A job makes its own id first and
   * its operation's next, and a photo is worked on by one job at a time, so no other file can be it.
   */
  async #lying({ opId, photo }: ChargedOperation): Promise<Known | null> {
    if (photo === null || !isPlainId(photo)) return null;
    const { store, folders, darkroom } = this.#parts.filing;
    const folder = folders.results(photo);
    const names = existsSync(folder) ? readdirSync(folder) : [];
    const name = names
      .filter((each) => isResult(each) && stem(each) < opId)
      .sort()
      .at(-1);
    if (name === undefined || store.version(stem(name)) !== undefined) return null;
    const path = join(folder, name);
    const row = store.photo(photo);
    const inspected = await darkroom.inspect({
      path,
      thumbPath: join(folder, `${stem(name)}.thumb.webp`),
      screenPath: join(folder, `${stem(name)}.screen.webp`),
    });
    if (!inspected.ok) return null;
    const { width, height, bytes } = inspected.value;
    const file = { path, width, height, bytes, sha256: await contentFingerprint(path) };
    // What the photo is set to is what was applied last. Where the photo is unknown, no version is made, and the recipe is not looked at.
    const recipe = parseRecipe(row?.recipe ?? null) ?? defaultRecipe;
    return { id: stem(name), opId, photo: { id: photo, name: row?.name ?? name, origin: null }, recipe, file };
  }

  /** Whether this machine ever worked on the photo. */
  #isOurs(photo: string | null): photo is string {
    if (photo === null || !isPlainId(photo)) return false;
    const { store, folders } = this.#parts.filing;
    return store.photo(photo) !== undefined || existsSync(folders.photo(photo)) || existsSync(folders.results(photo));
  }

  /** Makes the picture once more under the operation that paid for it. */
  async #remake(charge: ChargedOperation, { opId, photo, recipe }: Known): Promise<Recovered> {
    const { filing, applying, accountId } = this.#parts;
    const { store, darkroom, world, folders } = filing;
    const row = await adoptPhoto({ store, darkroom, world, folderOf: folders.photo }, photo);
    if (row === null || !existsSync(row.path)) return { kind: 'case', found: { kind: 'lost', photoName: photo.name, path: null } };
    applying.remake({
      opId,
      accountId: accountId(),
      charged: charge.charged,
      photo: { id: row.id, name: photo.name, origin: photo.origin },
      task: { recipe },
    });
    return { kind: 'under way' };
  }
}

const stem = (name: string): string => basename(name, extname(name));
const isPlainId = (id: string): boolean => /^[0-9A-Za-z-]{1,100}$/.test(id);
/** Pictures of jobs, and nothing that lies beside them. */
const isResult = (name: string): boolean => /^[0-9A-HJKMNP-TV-Z]{26}\.(jpg|png|webp|tif)$/.test(name);

async function isWhole({ path, bytes, sha256 }: PaidFile): Promise<boolean> {
  try {
    return statSync(path).size === bytes && (await contentFingerprint(path)) === sha256;
  } catch {
    return false;
  }
}
