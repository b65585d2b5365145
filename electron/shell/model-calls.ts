/** The calls about the model that finds the subject. */
import { fail, ok } from '../../shared/result.ts';
import type { WholeDarkroom } from '../darkroom/port.ts';
import type { Handlers } from '../dispatch.ts';
import type { ModelCall } from '../studio/port.ts';
import type { Weights } from '../weights/weights.ts';

/** @param chooseFile lets the user choose the file of a network; null: thought better of it */
export const modelCalls = (
  weights: Weights,
  darkroom: Pick<WholeDarkroom, 'network'>,
  chooseFile: () => Promise<string | null>,
): Pick<Handlers, ModelCall> => ({
  'model.get': () => ok(weights.state),
  'model.fetch': () => ok(weights.fetch()),
  'model.cancel': async () => ok(await weights.cancel()),
  'model.network': () => darkroom.network({ wish: 'show', path: '', licence: null }),
  async 'model.useOwn'({ licence }) {
    const path = await chooseFile();
    return path === null ? ok(null) : darkroom.network({ wish: 'use', path, licence });
  },
  'model.leaveOwn': () => darkroom.network({ wish: 'leave', path: '', licence: null }),
});

/** While the model is on its way, nothing is held for pictures that could not be made. */
export const onceThereIsAModel =
  (weights: Weights, apply: Handlers['applying.apply']): Handlers['applying.apply'] =>
  (input) => {
    const { state } = weights.state;
    if (state !== 'fetching' && state !== 'checking') return apply(input);
    return fail({
      code: 'model_missing',
      message:
        'The model that finds the subject in a photo is still on its way to this computer. Nothing was held or charged. Apply when it is here; the bar at the top says how far it is.',
    });
  };
