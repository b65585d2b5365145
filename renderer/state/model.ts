/** The model that finds the subject, as the main process last told. */
import { create } from 'zustand';
import type { ModelState } from '../../shared/ipc/model.ts';
import { call } from '../bridge.ts';
import { askFailedAgain } from './previews.ts';

/** Whether this machine has the model that finds the subject. */
export const useModel = create<{ readonly model: ModelState }>(() => ({ model: { state: 'unknown' } }));

/** Being fetched or tried: what needs it has only to wait. */
export const isComing = ({ state }: ModelState): boolean => state === 'fetching' || state === 'checking';

/** Takes in how far the model is; once it is ready, previews that failed for lack of it are asked for again. */
export function modelChanged(model: ModelState): void {
  const wasReady = useModel.getState().model.state === 'ready';
  useModel.setState({ model });
  if (model.state === 'ready' && !wasReady) askFailedAgain(['model_missing', 'model_damaged']);
}

async function ask(name: 'model.get' | 'model.fetch' | 'model.cancel'): Promise<void> {
  const answer = await call(name, undefined);
  if (answer.ok) modelChanged(answer.value);
}

/** Asks how it stands. */
export const loadModel = (): Promise<void> => ask('model.get');
/** Begins to fetch it, or goes on. */
export const fetchModel = (): Promise<void> => ask('model.fetch');
/** Ends fetching; what came so far stays. */
export const cancelModel = (): Promise<void> => ask('model.cancel');
