/** What correcting keeps of each picture that comes back. */
import { z } from 'zod';
import { operationId } from '../../shared/credits/codec/quantities.ts';
import type { Job } from '../paid-work/job.ts';

/** A corrected picture that was fetched whole, and the faulty version that it is of. */
export const correctTask = z.object({
  /** The operation of 0 credits: the version is filed under it, once. */
  opId: operationId,
  /** The report that it answers, by the id that this machine gave it. */
  reportId: z.string(),
  /** The faulty version. */
  versionId: z.string(),
  type: z.enum(['image/jpeg', 'image/png', 'image/tiff', 'image/webp']),
  bytes: z.int(),
  /** Of the file, hex. */
  sha256: z.string(),
});
/** What has to be filed of a report's answer, as paid-work.db keeps it. */
export type CorrectTask = z.infer<typeof correctTask>;
/** One corrected picture on its way into the library. */
export type CorrectJob = Job<CorrectTask>;
