/** The files of a report on their way: cleaned copies, sent one after the other, each taken up where it stood. */
import { createHash } from 'node:crypto';
import { mkdir, open, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { copyAnonymously } from '../../electron/darkroom/files/anonymous-copy.ts';
import { contentFingerprint } from '../../electron/darkroom/files/regular-file.ts';
import { type NotSent, sendFile } from '../../electron/reporting/one-file.ts';
import type { Transport } from '../../electron/wallet/transport.ts';
import type { ReportDesk, UploadMetadata, UploadRole, UploadType } from '../../shared/api/index.ts';
import { opIdOfDigest } from '../../shared/credits/model/minting.ts';
import type { OpId } from '../../shared/credits/model/quantities.ts';
import { codeFrom } from '../../shared/result.ts';
import type { Session } from '../command.ts';
import { CommandFailed, EXIT, failedBy, failure } from '../outcome.ts';
import { PATIENCE } from '../requests.ts';
import type { FinishedPicture } from './finished-pictures.ts';
import { FREE, originalStays } from './sentences.ts';

/** A file that is about to be sent. */
interface Prepared {
  readonly role: UploadRole;
  readonly type: UploadType;
  readonly bytes: number;
  readonly sha256: string;
  readonly path: string;
  readonly name: string;
}

/** An upload that a report may name. */
export interface SentFile {
  readonly id: string;
  readonly role: UploadRole;
}

interface SendingPlace {
  /** The cleaned copies lie here as long as they are sent, and nobody else's. */
  readonly folder: string;
  readonly transport: Transport;
  /** The report's own id: the ids of its files follow from it. */
  readonly reportOpId: OpId;
  readonly takes: ReportDesk['terms']['takes'];
}

/** Sends what belongs to the picture. Throws `CommandFailed`; what arrived by then is kept by the server, and taken up by the next run. */
export async function sendPicture(session: Session, picture: FinishedPicture, place: SendingPlace): Promise<SentFile[]> {
  const { folder, takes } = place;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  try {
    const sent: SentFile[] = [];
    for (const file of await prepared(session, picture, folder))
      if (takes.some((role) => role === file.role)) sent.push({ role: file.role, id: await sendOne(session, picture, file, place) });
    return sent;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function prepared(session: Session, { path, record }: FinishedPicture, folder: string): Promise<Prepared[]> {
  const files = [await cleanResult(path, join(folder, 'result'))];
  const original = record?.photo.origin ?? null;
  if (original !== null && (await isUnchanged(original))) {
    const target = join(folder, 'original');
    const copy = await copyAnonymously(original.path, target);
    if (copy === null) session.screen.note(originalStays(basename(original.path)));
    else files.push({ role: 'original', ...copy, path: target, name: basename(original.path) });
  }
  if (record?.work.kind === 'apply') {
    const target = join(folder, 'recipe');
    const text = Buffer.from(JSON.stringify(record.work.recipe), 'utf8');
    await writeFile(target, text, { mode: 0o600 });
    const sha256 = createHash('sha256').update(text).digest('hex');
    files.push({ role: 'recipe', type: 'application/json', bytes: text.length, sha256, path: target, name: 'recipe.json' });
  }
  return files;
}

async function cleanResult(path: string, target: string): Promise<Prepared> {
  const name = basename(path);
  const copy = await copyAnonymously(path, target);
  if (copy !== null) return { role: 'result', ...copy, path: target, name };
  const message = `The place and serial numbers in ${name} cannot be taken out without encoding the picture anew, so it is not sent. Report it in words, with --without-pictures. ${FREE}`;
  throw failure('not_cleaned', message);
}

const isUnchanged = async ({ path, sha256 }: { readonly path: string; readonly sha256: string }): Promise<boolean> =>
  (await contentFingerprint(path).catch(() => null)) === sha256;

async function sendOne(session: Session, picture: FinishedPicture, prepared: Prepared, place: SendingPlace): Promise<string> {
  const { world, screen, interrupted } = session;
  const { role, type, bytes, sha256, path, name } = prepared;
  const file = await open(path, 'r');
  try {
    const metadata: UploadMetadata = { opId: uploadOpId(place.reportOpId, picture.resultOpId, role, sha256), role, type, sha256, name };
    const outcome = await sendFile(
      {
        transport: place.transport,
        world,
        patience: PATIENCE,
        stop: interrupted,
        progress: (sent) => screen.progress(`sending ${name} (${role}) ${Math.floor((100 * sent) / Math.max(1, bytes))} %`),
      },
      { file, bytes, metadata },
    );
    if (outcome.kind === 'sent') return outcome.id;
    throw notSent(name, outcome);
  } finally {
    await file.close();
  }
}

/** The same file of the same report is the same upload, whichever run sends it. */
const uploadOpId = (...parts: readonly string[]): OpId => opIdOfDigest(createHash('sha256').update(parts.join('\n')).digest('hex'));

const GO_ON = `What arrived is kept for a week: run the same command again, and it goes on from there. The report was not made. ${FREE}`;

function notSent(name: string, outcome: NotSent): CommandFailed {
  switch (outcome.kind) {
    case 'refused':
      return failedBy({ code: codeFrom(outcome.problem.code), message: `${name} was not sent: ${outcome.problem.detail} ${FREE}` });
    case 'locked out':
      return new CommandFailed(EXIT.signIn, { code: 'unauthorized', message: `${outcome.reason} ${GO_ON}` });
    case 'out of reach':
      return new CommandFailed(EXIT.offline, { code: 'offline', message: `${name} was not sent whole. ${outcome.reason} ${GO_ON}` });
    case 'stopped':
      return new CommandFailed(EXIT.interrupted, { code: 'interrupted', message: `Stopped while ${name} was sent. ${GO_ON}` });
    case 'gone':
      return failure('gone', `What had been sent of ${name} was deleted since. Run the same command again to send it anew. ${FREE}`);
  }
}
