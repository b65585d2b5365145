/** The calls about the model that finds the subject. */
import { ok } from '../shared/result.ts';
import type { Handlers } from './dispatch.ts';
import type { ModelCall } from './studio-port.ts';
import type { Weights } from './weights/weights.ts';

export const modelCalls = (weights: Weights): Pick<Handlers, ModelCall> => ({
  'model.get': () => ok(weights.state),
  'model.fetch': () => ok(weights.fetch()),
  'model.cancel': async () => ok(await weights.cancel()),
});
