/**
 * The three requests of the tus protocol 1.0 that a studio sends, over the transport of everything else: its proxy and certificates, its patience, its
 * judgement of whose answer it is. `tus-js-client` could be given that transport; of it there would be left the names of four headers, since retrying is the
 * gate's, remembering is the library's, and a refusal has to be read as a problem of the contract.
 */
import { z } from 'zod';
import { paths, type UploadMetadata } from '../../shared/api/index.ts';
import { judge, type Verdict } from '../wallet/http/verdict.ts';
import type { Transport, UploadAnswer } from '../wallet/transport.ts';

/** Where an upload stands, or why that is not known. */
export type Standing =
  | { readonly kind: 'at'; readonly uploadId: string; readonly offset: number }
  /** The server does not keep it (any more). */
  | { readonly kind: 'gone' }
  | Exclude<Verdict<never>, { kind: 'accepted' }>;

const pathOf = (uploadId: string): string => `${paths.uploads}/${encodeURIComponent(uploadId)}`;

/** Declares a file. The same metadata answers the same upload, however often it is asked. */
export async function declareUpload(transport: Transport, metadata: UploadMetadata, bytes: number): Promise<Standing> {
  const encoded = Object.entries(metadata).map(([name, value = '']) => `${name} ${Buffer.from(value, 'utf8').toString('base64')}`);
  const headers = { 'Upload-Length': String(bytes), 'Upload-Metadata': encoded.join(',') };
  const answer = await transport.upload({ method: 'POST', path: paths.uploads, headers });
  const id = answer.kind === 'upload' ? (answer.path?.split('/').at(-1) ?? null) : null;
  return standing(answer, id === null ? null : decodeURIComponent(id), 0);
}

/** How far it has come. */
export async function findUpload(transport: Transport, uploadId: string): Promise<Standing> {
  return standing(await transport.upload({ method: 'HEAD', path: pathOf(uploadId) }), uploadId, null);
}

/** Of refusals of a piece: the upload stands elsewhere than was thought. Where, is asked the next time; nothing is lost. */
const ELSEWHERE: ReadonlySet<string> = new Set(['conflict', 'upload_unfinished']);

/** Sends what follows at `offset`. What of it arrived is kept, also where no answer comes. */
export async function sendPiece(transport: Transport, uploadId: string, offset: number, bytes: Uint8Array): Promise<Standing> {
  const headers = { 'Upload-Offset': String(offset), 'Content-Type': 'application/offset+octet-stream' };
  const answer = standing(await transport.upload({ method: 'PATCH', path: pathOf(uploadId), headers, bytes }), uploadId, null);
  const isElsewhere = answer.kind === 'refused' && ELSEWHERE.has(answer.problem.code);
  return isElsewhere ? { kind: 'again', reason: answer.problem.detail, afterMs: null } : answer;
}

/** `offset`: where it stands when the answer does not say; null: then it is no answer. */
function standing(answer: UploadAnswer, uploadId: string | null, offset: number | null): Standing {
  if (answer.kind === 'gone') return answer;
  if (answer.kind !== 'upload') {
    const verdict = judge(answer, z.never());
    return verdict.kind === 'accepted' ? UNREADABLE : verdict;
  }
  const at = answer.offset ?? offset;
  return uploadId === null || at === null ? UNREADABLE : { kind: 'at', uploadId, offset: at };
}

const UNREADABLE = { kind: 'again', reason: 'The server of uploads answered something else.', afterMs: null } as const;
