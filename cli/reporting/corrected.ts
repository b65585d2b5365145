/** Corrected pictures that came back: fetched once, proved, and put beside the first result. */
import { existsSync } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { contentFingerprint } from '../../electron/darkroom/files/regular-file.ts';
import { folderName } from '../../electron/library/output.ts';
import { placeFile } from '../../electron/library/placing.ts';
import { whyNotPlaced } from '../../electron/library/problems.ts';
import { type Fetched, fetchFile } from '../../electron/reporting/fetching.ts';
import type { Transport } from '../../electron/wallet/transport.ts';
import { paths, type Report, type UploadType } from '../../shared/api/index.ts';
import type { AccountId } from '../../shared/credits/model/quantities.ts';
import { fail, ok, type Problem, type Result } from '../../shared/result.ts';
import type { Session } from '../command.ts';
import { lockFolder } from '../folder-lock.ts';
import { accountFolder } from '../places.ts';
import { PATIENCE } from '../requests.ts';
import { FREE } from './sentences.ts';
import { whereabouts } from './whereabouts.ts';

/** What became of one corrected picture. */
export interface Corrected {
  readonly report: string;
  readonly resultOpId: string;
  /** Of the correction. */
  readonly opId: string;
  readonly state: 'downloaded' | 'there already' | 'not downloaded';
  /** Null: it is not here; `problem` says why. */
  readonly path: string | null;
  readonly problem: Problem | null;
}

interface FetchingPlace {
  readonly accountId: AccountId;
  readonly transport: Transport;
  /** Null: beside the first result, or, where that is not known, in the folder that the command was called in. */
  readonly out: string | null;
}

type Photo = Report['photos'][number];
type Correction = NonNullable<Photo['correction']>;

/** Fetches every corrected picture of these reports that is not there. Throws when another command is at it. */
export async function fetchCorrected(session: Session, reports: readonly Report[], place: FetchingPlace): Promise<Corrected[]> {
  const parts = join(accountFolder(session.dataFolder, place.accountId), 'corrected');
  const lock = lockFolder(parts);
  try {
    const all: Corrected[] = [];
    for (const report of reports)
      for (const photo of report.photos)
        if (photo.correction !== null) all.push(await fetchOne(session, { report, photo, correction: photo.correction, parts }, place));
    return all;
  } finally {
    lock.end();
  }
}

interface One {
  readonly report: Report;
  readonly photo: Photo;
  readonly correction: Correction;
  /** Where what has arrived of a picture waits for the rest. */
  readonly parts: string;
}

async function fetchOne(session: Session, one: One, place: FetchingPlace): Promise<Corrected> {
  const { report, photo, correction, parts } = one;
  const known = { report: report.id, resultOpId: photo.resultOpId, opId: correction.opId };
  const nameOf = namesFor(session, one, place);
  const there = await alike(nameOf, correction.upload);
  if (there !== null) return { ...known, state: 'there already', path: there, problem: null };
  const part = join(parts, `${correction.upload.sha256}.part`);
  const arrived = await arrivedAt(session, one, { part, name: basename(nameOf(1)), transport: place.transport });
  const placed = arrived.ok ? await putAt(part, nameOf) : arrived;
  return placed.ok
    ? { ...known, state: 'downloaded', path: placed.value, problem: null }
    : { ...known, state: 'not downloaded', path: null, problem: placed.error };
}

const ENDINGS: Readonly<Record<UploadType, string>> = {
  'image/jpeg': '.jpg',
  'image/png': '.png',
  'image/tiff': '.tif',
  'image/webp': '.webp',
  'image/heic': '.heic',
  'application/json': '.json',
};

/** "IMG_1 corrected.jpg", "IMG_1 corrected-2.jpg" … */
function namesFor(session: Session, { photo, correction }: One, { accountId, out }: FetchingPlace): (n: number) => string {
  const first = whereabouts(session, accountId, photo.resultOpId);
  const folder = resolve(out ?? (first === null ? '.' : dirname(first)));
  const name = first === null ? photo.photo : basename(first);
  const stem = folderName(basename(name, extname(name)));
  return (n) => join(folder, `${stem} corrected${n === 1 ? '' : `-${n}`}${ENDINGS[correction.upload.type]}`);
}

/** The very picture under one of the names; null: it is under none. */
async function alike(nameOf: (n: number) => string, { bytes, sha256 }: Correction['upload']): Promise<string | null> {
  for (let n = 1; existsSync(nameOf(n)); n += 1) {
    const path = nameOf(n);
    if ((await stat(path)).size === bytes && (await contentFingerprint(path)) === sha256) return path;
  }
  return null;
}

async function arrivedAt(
  { world, screen, interrupted }: Session,
  { report, photo, correction: { upload } }: One,
  { part, name, transport }: { readonly part: string; readonly name: string; readonly transport: Transport },
): Promise<Result<void>> {
  if (upload.state === 'deleted')
    return fail({ code: 'gone', message: `${name} was deleted from the server: its time was over, or the consent was withdrawn. ${FREE}` });
  const outcome = await fetchFile(
    {
      transport,
      world,
      patience: PATIENCE,
      stop: interrupted,
      progress: (fetched) => screen.progress(`downloading ${name} ${Math.floor((100 * fetched) / Math.max(1, upload.bytes))} %`),
    },
    { path: paths.corrected(report.id, photo.resultOpId), bytes: upload.bytes, sha256: upload.sha256 },
    part,
  );
  return outcome.kind === 'fetched' ? ok(undefined) : fail(notFetched(name, outcome));
}

async function putAt(part: string, nameOf: (n: number) => string): Promise<Result<string>> {
  const placed = await placeFile(part, nameOf, true);
  if (placed.ok) {
    await rm(part, { force: true });
    return placed;
  }
  const message = `${basename(nameOf(1))} could not be saved in ${dirname(nameOf(1))}: ${whyNotPlaced(placed.error)}. Choose another folder with --out. ${FREE}`;
  return fail({ code: 'output_folder', message });
}

function notFetched(name: string, outcome: Exclude<Fetched, { kind: 'fetched' }>): Problem {
  const again = `Run the same command again: it goes on from where it stood. ${FREE}`;
  switch (outcome.kind) {
    case 'out of reach':
      return { code: 'offline', message: `${name} was not downloaded whole. ${outcome.reason} ${again}` };
    case 'stopped':
      return { code: 'interrupted', message: `Stopped before ${name} was downloaded whole. ${again}` };
    case 'damaged':
      return { code: 'not_downloaded', message: `${name} was damaged on its way and was thrown away. Run the same command again. ${FREE}` };
  }
}
