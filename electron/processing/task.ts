/** What processing keeps of each photo that it works on. */
import { z } from 'zod';
import { chain } from '../../shared/edit/processing/chain.ts';
import type { Job } from '../paid-work/job.ts';

/** What has to be made of a photo, as paid-work.db keeps it. */
export const processTask = z.object({
  chain: chain.readonly(),
  /** Where its file goes, whatever the settings say meanwhile. */
  folder: z.string(),
  /** True: an early version has put its file there already, before it was paid for. */
  isPlaced: z.exactOptional(z.boolean()),
});
/** A chain and the folder that its file goes to. */
export type ProcessTask = z.infer<typeof processTask>;
/** A photo of a run of processing. */
export type ProcessJob = Job<ProcessTask>;
