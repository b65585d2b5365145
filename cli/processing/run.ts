/** One run of `process`: every photo by itself, so that one that fails neither stops the others nor costs anything. */
import { mkdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { contentFingerprint } from '../../electron/darkroom/files/regular-file.ts';
import type { Darkroom } from '../../electron/darkroom/port.ts';
import { problemOf } from '../../electron/library/problems.ts';
import { promisesPicture } from '../../electron/library/recognise.ts';
import { type Candidate, walk } from '../../electron/library/walk.ts';
import { isoOf, newOpId } from '../../electron/world.ts';
import { accountIdFrom } from '../../shared/credits/model/minting.ts';
import type { AccountId } from '../../shared/credits/model/quantities.ts';
import type { Unit } from '../../shared/ipc/wallet.ts';
import type { Problem } from '../../shared/result.ts';
import { addAmounts } from '../amounts.ts';
import { darkroomOnFirstUse } from '../applying/darkroom.ts';
import { placeResult, provenFolder } from '../applying/placing.ts';
import type { Session } from '../command.ts';
import { lockFolder } from '../folder-lock.ts';
import { openLedgerCopy } from '../ledger-copy.ts';
import { CommandFailed, EXIT, failedBy } from '../outcome.ts';
import { accountFolder } from '../places.ts';
import { openMadeFiles } from './made-files.ts';
import { dropUnpaid, isUnjudged, keyOf, openPaidRecords, type PaidParts, paidFile, paidOnce } from './paid.ts';
import type { NamedChain } from './step-words.ts';

export interface ProcessOrder extends NamedChain {
  readonly photos: readonly string[];
  readonly out: string;
  readonly again: boolean;
  /** Discard first what earlier runs have made and not paid. */
  readonly dropUnpaid: boolean;
  /** With the network gone this long, the run gives up; what was begun is taken up by the next run under its number. */
  readonly waitMs: number;
}

export interface ProcessedPhoto {
  readonly name: string;
  readonly path: string;
  readonly charged: string;
  readonly savedTo: string | null;
  readonly problem: Problem | null;
}

export interface ProcessOutcome {
  readonly photos: readonly ProcessedPhoto[];
  readonly problems: readonly Problem[];
  readonly free: boolean;
  readonly charged: string;
  readonly unit: Unit;
}

const extension = { jpeg: 'jpg', png: 'png', webp: 'webp', tiff: 'tif' } as const;

export async function runProcess(session: Session, order: ProcessOrder): Promise<ProcessOutcome> {
  const out = resolve(order.out);
  const blocked = await provenFolder(out);
  if (blocked !== null) throw failedBy(blocked);
  const { candidates, problems } = await walk(order.photos.map((path) => resolve(path)));
  const photos = candidates.filter(({ chosen, name }) => chosen || promisesPicture(name));
  const { free, unit, accountId } = await priceOf(session, photos.length, order);
  const folder = join(accountFolder(session.dataFolder, accountId), 'processing');
  const turn = lockFolder(folder, 'now');
  const darkroom = darkroomOnFirstUse(session.environment, (line) => session.world.log(line));
  const { world } = session;
  const records = free ? null : openPaidRecords(paidFile(accountFolder(session.dataFolder, accountId)), isoOf(world.clock.now()));
  try {
    const watermarks = await Promise.all(Object.values(order.files).map((path) => watermarkOf(path)));
    const paying =
      free || records === null
        ? null
        : { asking: (await session.connect()).asking, records, files: openMadeFiles(folder), newId: () => newOpId(world.ids) };
    if (order.dropUnpaid && paying !== null) {
      const dropped = dropUnpaid(paying);
      if (dropped > 0)
        session.screen.note(`${dropped === 1 ? '1 file' : `${dropped} files`} made and not paid: discarded. Nothing was charged.`);
    }
    const done: ProcessedPhoto[] = [];
    for (const photo of photos) {
      if (session.interrupted.aborted) break;
      const work = { darkroom, order, out, folder, paying, watermarks, nothing: addAmounts(unit, []) };
      done.push(await patiently(session, work, photo, `${done.length + 1} of ${photos.length}: ${photo.name}`));
    }
    const charged = addAmounts(
      unit,
      done.map((photo) => photo.charged),
    );
    return { photos: done, problems, free, charged, unit };
  } finally {
    await darkroom.close();
    records?.close();
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

interface Work {
  readonly darkroom: Darkroom;
  readonly order: ProcessOrder;
  readonly out: string;
  readonly folder: string;
  /** Null: it is free. */
  readonly paying: PaidParts | null;
  readonly watermarks: readonly string[];
  readonly nothing: string;
}

/** The same photo again while the network is away, for a while: its request has its number, so it is one request. */
async function patiently({ screen, interrupted }: Session, work: Work, photo: Candidate, place: string): Promise<ProcessedPhoto> {
  const { waitMs } = work.order;
  screen.progress(`processing ${place}`);
  for (let awaySince: number | null = null; ; ) {
    try {
      return await one(work, photo);
    } catch (error) {
      const isAway = error instanceof CommandFailed && error.exit === EXIT.offline;
      awaySince ??= performance.now();
      if (!isAway || interrupted.aborted) throw error;
      if (performance.now() - awaySince >= waitMs) throw networkGone(waitMs, photo.name);
      screen.progress(`waiting for the network before ${place}`);
    }
  }
}

const networkGone = (waitMs: number, name: string): CommandFailed =>
  new CommandFailed(EXIT.offline, {
    code: 'offline',
    message: `Offline. The credit server has been away for ${Math.round(waitMs / 1000)} s. What lies in the output folder is paid for; whether ${name} was charged is not known. Run the same command again to go on: nothing is charged twice.`,
  });

async function one(work: Work, { path, name }: Candidate): Promise<ProcessedPhoto> {
  const { order, folder, paying, watermarks, nothing } = work;
  const temporary = join(folder, `${process.pid}.part`);
  const failed = (problem: Problem, charged: string): ProcessedPhoto => ({ name, path, charged, savedTo: null, problem });
  try {
    if (paying === null) {
      const made = await develop(work, path, name, temporary);
      const placed = await placeResult(made, work.out, name).finally(() => rm(made, { force: true }));
      return placed.ok ? { name, path, charged: nothing, savedTo: placed.value, problem: null } : failed(placed.error, nothing);
    }
    const key = keyOf(await contentFingerprint(path), order.chain, watermarks);
    const make = async (): Promise<string> => paying.files.keep(key, await develop(work, path, name, temporary));
    // Nothing is put there before it is paid for.
    const { charged, made } = await paidOnce(paying, { key, photo: name, chain: order.chain, again: order.again, make });
    const placed = await placeResult(made, work.out, name);
    paying.files.discard(key);
    return placed.ok ? { name, path, charged, savedTo: placed.value, problem: null } : failed(placed.error, charged);
  } catch (error) {
    if (isUnjudged(error)) throw error;
    return failed(error instanceof CommandFailed ? { ...error.problem, file: name } : problemOf(error, name), nothing);
  } finally {
    await rm(temporary, { force: true });
  }
}

async function develop({ darkroom, order }: Work, path: string, name: string, temporary: string): Promise<string> {
  await mkdir(dirname(temporary), { recursive: true });
  const made = await darkroom.process({ path, chain: [...order.chain], files: order.files, outPath: temporary, screen: null });
  if (!made.ok) throw failedBy({ ...made.error, message: made.error.message.replaceAll(basename(temporary), name) });
  const named = temporary.replace(/part$/, extension[made.value.format]);
  await rename(temporary, named);
  return named;
}
