/** Previews of processing: small pictures of what a chain makes of one, wanted at once and kept by nobody. No model is needed. */
import { fail, ok } from '../../shared/result.ts';
import { createLanes, LanesClosed, URGENCY } from './lanes.ts';
import type { Darkroom } from './port.ts';
import { DarkroomError, problem, readProblem } from './problems.ts';
import { processPicture } from './processing.ts';

export type Glances = Pick<Darkroom, 'process' | 'close'>;

/** One after the other: who looks has two eyes and one canvas. */
export function openGlances(): Glances {
  const lanes = createLanes(1);
  return {
    async process(job, onProgress = () => undefined) {
      try {
        return ok(await lanes.run(URGENCY.looking, () => processPicture(job, onProgress)));
      } catch (error) {
        if (error instanceof LanesClosed) return fail(problem('darkroom_stopped', job.path));
        return fail(error instanceof DarkroomError ? error.problem : readProblem(error, job.path));
      }
    },
    close: () => lanes.close(),
  };
}
