/**
 * Sends one file while somebody waits for it: declared, asked how far it came, and on from there until it is whole. Whatever is cut off is taken up again, in
 * this process or in a later one: the same operation id and SHA-256 are the same upload. For whoever keeps no queue; the studio's is `Sending`.
 */
import type { FileHandle } from 'node:fs/promises';
import type { Problem as ServerProblem, UploadMetadata } from '../../shared/api/index.ts';
import { type Patience, RetryGate } from '../wallet/http/retry-gate.ts';
import type { Transport } from '../wallet/transport.ts';
import type { World } from '../world.ts';
import { declareUpload, findUpload, type Standing, sendPiece } from './tus.ts';

/** A file that is open for reading, and what is declared of it. */
export interface FileToSend {
  readonly file: Pick<FileHandle, 'read'>;
  readonly bytes: number;
  readonly metadata: UploadMetadata;
}

/** What moving a file needs, there or back. */
export interface MovingParts {
  readonly transport: Transport;
  readonly world: Pick<World, 'rng' | 'timers'>;
  /** Counted anew whenever bytes arrived. */
  readonly patience: Patience;
  /** Stops after the piece that is under way. */
  readonly stop: AbortSignal;
  /** So many bytes are there. */
  readonly progress: (moved: number) => void;
}

/** How sending ended, other than well. */
export type NotSent =
  | { readonly kind: 'refused'; readonly problem: ServerProblem }
  | { readonly kind: 'locked out' | 'out of reach'; readonly reason: string }
  /** What was kept of it was deleted: withdrawn, or its time was over. */
  | { readonly kind: 'gone' }
  | { readonly kind: 'stopped' };

/** `id`: by which a report names the upload. */
export type Sent = { readonly kind: 'sent'; readonly id: string } | NotSent;

/** A slow line sends this much within the half minute that a request has; a fast one soon sends the most at once, which is also what is held in memory. */
const FIRST_PIECE_BYTES = 256 * 1024;
const LARGEST_PIECE_BYTES = 4 * 1024 * 1024;

/** Sends it, or what is missing of it. Throws only what reading the file throws. */
export async function sendFile(parts: MovingParts, file: FileToSend): Promise<Sent> {
  const { transport, world, patience, stop, progress } = parts;
  const gate = new RetryGate(world, () => undefined);
  let id: string | null = null;
  /** Null: the server has to be asked. */
  let at: number | null = null;
  let furthest = 0;
  let pieceBytes = FIRST_PIECE_BYTES;
  for (;;) {
    if (stop.aborted) return { kind: 'stopped' };
    if (id === null) {
      const declared = await declareUpload(transport, file.metadata, file.bytes);
      if (declared.kind === 'at') id = declared.uploadId;
      else if (declared.kind !== 'again') return declared;
      else if (!(await gate.wait(declared.afterMs, patience))) return { kind: 'out of reach', reason: declared.reason };
      continue;
    }
    const standing: Standing = await (at === null ? findUpload(transport, id) : append(transport, file, { id, at, pieceBytes }));
    if (standing.kind === 'at') {
      if (at !== null && standing.offset > at) pieceBytes = Math.min(LARGEST_PIECE_BYTES, pieceBytes * 2);
      // Also of a piece that was cut off something may have arrived: on a slow line that is how a file gets through.
      if (standing.offset > furthest) gate.succeed();
      furthest = Math.max(furthest, standing.offset);
      at = standing.offset;
      progress(at);
      if (at >= file.bytes) return { kind: 'sent', id };
      continue;
    }
    if (standing.kind !== 'again') return standing;
    at = null;
    pieceBytes = FIRST_PIECE_BYTES;
    if (!(await gate.wait(standing.afterMs, patience))) return { kind: 'out of reach', reason: standing.reason };
  }
}

async function append(
  transport: Transport,
  { file, bytes }: FileToSend,
  { id, at, pieceBytes }: { readonly id: string; readonly at: number; readonly pieceBytes: number },
): Promise<Standing> {
  const room = Buffer.alloc(Math.min(pieceBytes, bytes - at));
  const { bytesRead } = await file.read(room, 0, room.length, at);
  if (bytesRead === 0) throw new Error('The file became shorter while it was sent.');
  return sendPiece(transport, id, at, room.subarray(0, bytesRead));
}
