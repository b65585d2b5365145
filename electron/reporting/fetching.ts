/** Fetches a corrected picture in pieces: what is there already is kept across a cut and a restart, and the whole is proved before it counts. */
import { mkdir, open, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { contentFingerprint } from '../darkroom/files/regular-file.ts';
import { RetryGate } from '../wallet/http/retry-gate.ts';
import type { MovingParts } from './one-file.ts';

/** A file of the server, by what is known of it before. */
export interface FileToFetch {
  readonly path: string;
  readonly bytes: number;
  /** In small hexadecimal digits. */
  readonly sha256: string;
}

/** `damaged`: what came is not the file that was announced; it was deleted. */
export type Fetched =
  | { readonly kind: 'fetched' }
  | { readonly kind: 'damaged' | 'stopped' }
  | { readonly kind: 'out of reach'; readonly reason: string };

/** So much is in memory at once. */
const PIECE_BYTES = 2 * 1024 * 1024;

/** Puts it into `target`, or appends what is missing there; nobody else may write to it. Throws the file system's errors. */
export async function fetchFile(parts: MovingParts, { path, bytes, sha256 }: FileToFetch, target: string): Promise<Fetched> {
  const { transport, world, patience, stop, progress } = parts;
  const gate = new RetryGate(world, () => undefined);
  await mkdir(dirname(target), { recursive: true });
  const file = await open(target, 'a', 0o600);
  try {
    for (let at = (await file.stat()).size; at < bytes; ) {
      if (stop.aborted) return { kind: 'stopped' };
      progress(at);
      const answer = await transport.download(path, { at, bytes: Math.min(PIECE_BYTES, bytes - at) });
      if (answer.kind === 'file' && answer.bytes.length > 0) {
        gate.succeed();
        await file.writeFile(answer.bytes);
        at += answer.bytes.length;
        continue;
      }
      const reason = answer.kind === 'file' ? 'The credit server sent nothing of the file.' : answer.reason;
      if (!(await gate.wait(null, patience))) return { kind: 'out of reach', reason };
    }
    await file.sync();
  } finally {
    await file.close();
  }
  if ((await stat(target)).size === bytes && (await contentFingerprint(target)) === sha256) return { kind: 'fetched' };
  await rm(target, { force: true });
  return { kind: 'damaged' };
}
