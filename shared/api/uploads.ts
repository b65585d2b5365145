/**
 * Files that travel with a report, and corrected pictures that come back: resumable uploads by the tus protocol 1.0 under `/v1/uploads` (creation,
 * expiration, termination). `POST` with `Upload-Length` and `Upload-Metadata` makes one, `HEAD` says how far it came, `PATCH` goes on from there, and
 * `DELETE` takes it back. Size, count and consent are judged before a byte is taken; kind and SHA-256 when the last one is there.
 */
import { z } from 'zod';
import { identifier, word } from './text.ts';
import { anyOpId, instant, opId } from './values.ts';

/** Where uploads are made. */
export const UPLOADS_PATH = '/v1/uploads';
/** The largest file. */
export const MOST_UPLOAD_BYTES = 512 * 1024 * 1024;
/** Recipe and strokes are data of the studio, not pictures. */
export const MOST_DATA_BYTES = 4 * 1024 * 1024;

/**
 * What a file is to its photo. `original`: as the camera made it, without place and serial numbers · `result`: the faulty picture · `recipe`: what it was
 * made of, as JSON · `strokes`: what the brush kept and erased, as JSON or PNG · `corrected`: staff's answer.
 */
export const uploadRole = z.enum(['original', 'result', 'recipe', 'strokes', 'corrected']);
/** What a file may be; its first bytes have to agree. */
export const uploadType = z.enum(['image/jpeg', 'image/png', 'image/tiff', 'image/webp', 'image/heic', 'application/json']);

const sha256 = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .describe('SHA-256 of the whole file, in small hexadecimal digits.');

/**
 * The `Upload-Metadata` of an upload (each value in base64, as tus asks). The same `opId` answers the same upload; with anything else in it, it is a
 * conflict. An account sends every role but `corrected`, for which it is `forbidden`; a retoucher sends `corrected` only, for a report that it has taken.
 */
export const uploadMetadata = z.strictObject({
  opId,
  role: uploadRole,
  type: uploadType,
  sha256,
  /** The file's name, for whoever saves it. */
  name: word(200).optional(),
  /** Of `corrected`: the report that it answers. */
  report: identifier(100).optional(),
  /** Of `corrected`: which of the report's pictures; absent: its first. */
  resultOpId: anyOpId.optional(),
});

/** A file of a report. */
export const upload = z.object({
  id: z.string(),
  role: uploadRole,
  type: uploadType,
  bytes: z.int(),
  sha256,
  name: z.string().nullable(),
  /** arriving: bytes are missing · stored: whole, of the kind and with the SHA-256 that were declared · deleted: taken back, withdrawn, or its time was over */
  state: z.enum(['arriving', 'stored', 'deleted']),
  /** So many bytes are there. */
  received: z.int(),
  /** GET answers the bytes (with `Range`), for whoever was answered this; null: not stored, or not for this caller. */
  file: z.string().nullable(),
  /** When it is deleted, as far as that is known; null: not before the report is answered. */
  deleteAt: instant.nullable(),
});

/** A file of a report, and how far it has come. */
export type Upload = z.infer<typeof upload>;
/** What a file is to its photo. */
export type UploadRole = z.infer<typeof uploadRole>;
/** What a file may be. */
export type UploadType = z.infer<typeof uploadType>;
/** What is declared of a file before its first byte. */
export type UploadMetadata = z.infer<typeof uploadMetadata>;
