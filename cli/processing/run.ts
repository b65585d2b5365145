/** One run of `process`: every photo by itself, so that one that fails neither stops the others nor costs anything. */
import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { contentFingerprint } from '../../electron/darkroom/files/regular-file.ts';
import type { Darkroom } from '../../electron/darkroom/port.ts';
import { problemOf } from '../../electron/library/problems.ts';
import { promisesPicture } from '../../electron/library/recognise.ts';
import { type Candidate, walk } from '../../electron/library/walk.ts';
import type { Job } from '../../electron/paid-work/job.ts';
import { accountIdFrom } from '../../shared/credits/model/minting.ts';
import type { AccountId, Millis } from '../../shared/credits/model/quantities.ts';
import type { Chain } from '../../shared/edit/processing/chain.ts';
import type { Unit } from '../../shared/ipc/wallet.ts';
import { fail, ok, type Problem, type Result } from '../../shared/result.ts';
import { addAmounts } from '../amounts.ts';
import { darkroomOnFirstUse } from '../applying/darkroom.ts';
import { placeResult, provenFolder } from '../applying/placing.ts';
import type { Session } from '../command.ts';
import { waitTurn } from '../folder-lock.ts';
import { openLedgerCopy } from '../ledger-copy.ts';
import { failedBy } from '../outcome.ts';
import { accountFolder } from '../places.ts';
import { develop } from './craft.ts';
import { PaidRun, type WantedFile } from './paid-run.ts';
import type { NamedChain } from './step-syntax.ts';

interface ProcessOrder extends NamedChain {
  readonly photos: readonly string[];
  readonly out: string;
  readonly again: boolean;
  /** Discard first what earlier runs have made and not paid. */
  readonly dropUnpaid: boolean;
  /** With the network gone this long, the run gives up; what was begun is taken up by the next run under its number. */
  readonly waitMs: Millis;
}

interface ProcessedPhoto {
  readonly name: string;
  readonly path: string;
  readonly charged: string;
  readonly savedTo: string | null;
  readonly problem: Problem | null;
}

interface ProcessOutcome {
  readonly photos: readonly ProcessedPhoto[];
  readonly problems: readonly Problem[];
  readonly free: boolean;
  readonly charged: string;
  readonly unit: Unit;
}

/** Processes every photo by the chain, paid or free as the policy says. Throws `CommandFailed` when nothing could be begun. */
export async function runProcess(session: Session, order: ProcessOrder): Promise<ProcessOutcome> {
  const out = resolve(order.out);
  const blocked = await provenFolder(out);
  if (blocked !== null) throw failedBy(blocked);
  const { candidates, problems } = await walk(order.photos.map((path) => resolve(path)));
  const photos = candidates.filter(({ chosen, name }) => chosen || promisesPicture(name));
  const { free, unit, accountId } = await priceOf(session, photos.length, order);
  const folder = join(accountFolder(session.dataFolder, accountId), 'processing');
  const turn = await waitTurn(session, folder);
  const darkroom = darkroomOnFirstUse(session.environment, (line) => session.world.log(line));
  try {
    const watermarks = await Promise.all(Object.values(order.files).map((path) => watermarkOf(path)));
    const run = { session, order, out, folder, darkroom, watermarks, nothing: addAmounts(unit, []) };
    const done = free ? await forNothing(run, photos) : await paidFor(run, photos, accountId);
    const charged = addAmounts(
      unit,
      done.map((photo) => photo.charged),
    );
    return { photos: done, problems, free, charged, unit };
  } finally {
    await darkroom.close();
    turn.end();
  }
}

/** By the studio's own copy of the ledger: where the price is nothing, no network is needed. */
async function priceOf(
  session: Session,
  photos: number,
  { chain }: ProcessOrder,
): Promise<{ free: boolean; unit: Unit; accountId: AccountId }> {
  const copy = await openLedgerCopy(session);
  try {
    const { free, refusal } = copy.wallet.processingCost(
      photos,
      chain.map(({ kind }) => kind),
    );
    if (refusal !== null) throw failedBy(refusal);
    return { free, unit: copy.wallet.unit(), accountId: copy.wallet.accountId() ?? accountIdFrom('nobody') };
  } finally {
    copy.close();
  }
}

async function watermarkOf(path: string): Promise<string> {
  try {
    return await contentFingerprint(path);
  } catch (error) {
    throw failedBy(problemOf(error, basename(path)));
  }
}

interface Run {
  readonly session: Session;
  readonly order: ProcessOrder;
  readonly out: string;
  readonly folder: string;
  readonly darkroom: Darkroom;
  /** The content of each. */
  readonly watermarks: readonly string[];
  readonly nothing: string;
}

/** What was asked for: the photo's content, the steps, and the content of the watermarks. */
export const keyOf = (photo: string, chain: Chain, watermarks: readonly string[]): string =>
  createHash('sha256')
    .update(JSON.stringify([photo, chain, watermarks]))
    .digest('hex')
    .slice(0, 40);

/** Made and put where it was asked for, without asking anybody: it is free, or paid for already. */
async function make({ darkroom, order, folder, out, nothing }: Run, { path, name }: Candidate): Promise<ProcessedPhoto> {
  const failed = (problem: Problem): ProcessedPhoto => ({
    name,
    path,
    charged: nothing,
    savedTo: null,
    problem: { ...problem, file: name },
  });
  const { chain, files } = order;
  const made = await develop(darkroom, { path, chain, files }, { folder, name: `${process.pid}`, photo: name });
  if (!made.ok) return failed(made.error);
  const placed = await placeResult(made.value.path, out, name).finally(() => rm(made.value.path, { force: true }));
  return placed.ok ? { name, path, charged: nothing, savedTo: placed.value, problem: null } : failed(placed.error);
}

async function forNothing(run: Run, photos: readonly Candidate[]): Promise<ProcessedPhoto[]> {
  const done: ProcessedPhoto[] = [];
  for (const photo of photos) {
    if (run.session.interrupted.aborted) break;
    run.session.screen.progress(`processing ${done.length + 1} of ${photos.length}: ${photo.name}`);
    done.push(await make(run, photo));
  }
  return done;
}

/** Each work once: what is charged already is made again for nothing, and a photo that is named twice is paid for once. */
async function paidFor(run: Run, photos: readonly Candidate[], accountId: AccountId): Promise<ProcessedPhoto[]> {
  const { session, order, folder, darkroom } = run;
  const paid = new PaidRun({ session, folder, accountId, darkroom });
  try {
    if (order.dropUnpaid) tellDropped(session, paid.dropUnpaid());
    await paid.connect(order.waitMs);
    const ended = new Map<Candidate, ProcessedPhoto>();
    const wanted = new Map<string, { readonly photo: Candidate; readonly file: WantedFile }>();
    for (const photo of photos) {
      const file = await wantedFile(run, photo);
      if (!file.ok) ended.set(photo, { ...nothingOf(run, photo), problem: { ...file.error, file: photo.name } });
      else if (wanted.has(file.value.key)) continue;
      else if (paid.waiting(file.value.key) !== null) ended.set(photo, outcomeOf(run, paid, photo, paid.waiting(file.value.key)));
      else if (order.again || !paid.isCharged(file.value.key)) wanted.set(file.value.key, { photo, file: file.value });
    }
    const asked = [...wanted.values()];
    const jobs = await paid.pay(
      asked.map(({ file }) => file),
      order.waitMs,
    );
    for (const [at, { photo }] of asked.entries()) ended.set(photo, outcomeOf(run, paid, photo, jobs[at] ?? null));
    const done: ProcessedPhoto[] = [];
    for (const photo of photos) {
      const before = ended.get(photo);
      if (before !== undefined) done.push(before);
      else if (!session.interrupted.aborted) done.push(await make(run, photo));
    }
    return done.filter(({ problem }) => problem?.code !== 'cancelled');
  } finally {
    await paid.close();
  }
}

function tellDropped({ screen }: Session, dropped: number): void {
  if (dropped > 0) screen.note(`${dropped === 1 ? '1 file' : `${dropped} files`} made and not paid: discarded. Nothing was charged.`);
}

const nothingOf = ({ nothing }: Run, { name, path }: Candidate): ProcessedPhoto => ({
  ...{ name, path, charged: nothing },
  savedTo: null,
  problem: null,
});

async function wantedFile({ order, out, watermarks }: Run, { path, name }: Candidate): Promise<Result<WantedFile>> {
  const { chain, files } = order;
  try {
    return ok({ key: keyOf(await contentFingerprint(path), chain, watermarks), name, work: { path, chain, files, out } });
  } catch (error) {
    return fail(problemOf(error, name));
  }
}

function outcomeOf(run: Run, paid: PaidRun, photo: Candidate, job: Job | null): ProcessedPhoto {
  if (job === null) return nothingOf(run, photo);
  const problem = job.problem === null ? null : { ...job.problem, file: photo.name };
  return { ...nothingOf(run, photo), charged: job.charged ?? run.nothing, savedTo: paid.craft.placedAt(job.id), problem };
}
