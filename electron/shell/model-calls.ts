/** The calls about the model that finds the subject. */
import { fail, ok } from '../../shared/result.ts';
import type { Handlers } from '../dispatch.ts';
import type { ModelCall } from '../studio/port.ts';
import type { Weights } from '../weights/weights.ts';

/** The handlers of these calls. */
export const modelCalls = (weights: Weights): Pick<Handlers, ModelCall> => ({
  'model.get': () => ok(weights.state),
  'model.fetch': () => ok(weights.fetch()),
  'model.cancel': async () => ok(await weights.cancel()),
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
