/** The model that finds the subject, as the main process last told. */
import { create } from 'zustand';
import type { ModelState, OwnNetwork } from '../../shared/ipc/model.ts';
import { call } from '../bridge.ts';
import { askAllAgain, askFailedAgain } from './previews.ts';

interface ModelStore {
  readonly model: ModelState;
  /** The user's own network, when it is used; null: Backlot's own; undefined: not known yet. */
  readonly own: OwnNetwork | null | undefined;
}

/** Whether this machine has the model that finds the subject, and whether another network takes its place. */
export const useModel = create<ModelStore>(() => ({ model: { state: 'unknown' }, own: undefined }));

/** Being fetched or tried: what needs it has only to wait. */
export const isComing = ({ state }: ModelState): boolean => state === 'fetching' || state === 'checking';

/** Takes in how far the model is; once it is ready, previews that failed for lack of it are asked for again. */
export function modelChanged(model: ModelState): void {
  const wasReady = useModel.getState().model.state === 'ready';
  useModel.setState({ model });
  if (model.state === 'ready' && !wasReady) askFailedAgain(['model_missing', 'model_damaged']);
}

/** Takes in which network is used; when it was another before, every cut-out is asked for once more. */
export function ownChanged(own: OwnNetwork | null): void {
  const before = useModel.getState().own;
  useModel.setState({ own });
  if (before !== undefined && before?.sha256 !== own?.sha256) askAllAgain();
}

async function ask(name: 'model.get' | 'model.fetch' | 'model.cancel'): Promise<void> {
  const answer = await call(name, undefined);
  if (answer.ok) modelChanged(answer.value);
}

/** Asks how it stands. */
export async function loadModel(): Promise<void> {
  const [, own] = await Promise.all([ask('model.get'), call('model.own', undefined)]);
  if (own.ok) ownChanged(own.value);
}
/** Begins to fetch it, or goes on. */
export const fetchModel = (): Promise<void> => ask('model.fetch');
/** Ends fetching; what came so far stays. */
export const cancelModel = (): Promise<void> => ask('model.cancel');
