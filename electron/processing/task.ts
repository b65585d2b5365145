/** What processing keeps of each photo that it works on. */
import { z } from 'zod';
import { chain } from '../../shared/edit/processing/chain.ts';
import type { Job } from '../paid-work/job.ts';

export const processTask = z.object({
  chain: chain.readonly(),
  /** Where its file goes, whatever the settings say meanwhile. */
  folder: z.string(),
  /** True: an early version has put its file there already, before it was paid for. */
  isPlaced: z.exactOptional(z.boolean()),
});
export type ProcessTask = z.infer<typeof processTask>;
export type ProcessJob = Job<ProcessTask>;
