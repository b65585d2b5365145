/** The model that finds the subject, before anything is held: there, or fetched if the person wants it. */
import { modelFolder } from '../../electron/darkroom/matte/model-folder.ts';
import { modelSource, trustedSources } from '../../electron/darkroom/matte/model-sources.ts';
import type { WholeDarkroom } from '../../electron/darkroom/port.ts';
import { Weights } from '../../electron/weights/weights.ts';
import type { ModelState } from '../../shared/ipc/model.ts';
import type { Session } from '../command.ts';
import { CommandFailed, EXIT, failure } from '../outcome.ts';

const NOTHING_CHARGED = 'Nothing was held or charged.';

/** @param fetches whether it may be fetched without asking. Throws when it is not there in the end. */
export async function haveModel(session: Session, darkroom: WholeDarkroom, fetches: boolean): Promise<void> {
  const { screen, world, environment, interrupted } = session;
  const weights = new Weights({
    folder: modelFolder(environment),
    source: modelSource(environment, null),
    trusted: trustedSources(environment, null),
    adopt: (job, onProgress) => darkroom.adopt(job, onProgress),
    world,
    network: { environment },
    changed: (state) => screen.progress(progressOf(state)),
    fetchesItself: false,
  });
  const found = await weights.check();
  screen.quiet();
  if (found.state === 'ready') return;
  if (found.state === 'missing' && !fetches && !(screen.asks && (await screen.confirm(`${lacking(found)} Fetch it now?`))))
    throw failure(
      'model_missing',
      `${lacking(found)} ${NOTHING_CHARGED} Run the set-up once (npm start), or the same command with --fetch-model.`,
    );
  const stop = (): void => void weights.cancel();
  interrupted.addEventListener('abort', stop);
  weights.fetch();
  const state = await weights.settled();
  interrupted.removeEventListener('abort', stop);
  screen.quiet();
  if (interrupted.aborted)
    throw new CommandFailed(EXIT.interrupted, {
      code: 'interrupted',
      message: `Stopped while the model was fetched. ${NOTHING_CHARGED} What came is kept; the next run goes on from there.`,
    });
  if (state.state === 'failed') throw failure('model_missing', `The model could not be fetched. ${state.message} ${NOTHING_CHARGED}`);
}

const lacking = ({ from, total }: Extract<ModelState, { state: 'missing' }>): string =>
  `The model that finds the subject in a photo is not on this machine; it comes from ${from}${total === null ? '' : ` (${megabytes(total)})`}, once.`;

const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;

function progressOf(state: ModelState): string {
  if (state.state === 'checking') return 'checking and trying the model …';
  if (state.state !== 'fetching') return '';
  return `fetching the model from ${state.from}: ${megabytes(state.received)}${state.total === null ? '' : ` of ${megabytes(state.total)}`}`;
}
