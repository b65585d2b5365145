/** What applying keeps of each photo that it works on. */
import { z } from 'zod';
import { recipe } from '../../shared/edit/recipe.ts';
import type { Job } from '../paid-work/job.ts';

/** What becomes of this photo; every photo of a batch has its own. */
export const applyTask = z.object({ recipe });
/** What has to be made of a photo, as paid-work.db keeps it. */
export type ApplyTask = z.infer<typeof applyTask>;
/** A photo of a batch of applying. */
export type ApplyJob = Job<ApplyTask>;
