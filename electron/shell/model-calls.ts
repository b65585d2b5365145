/** The calls about the model that finds the subject. */
import { fail, ok } from '../../shared/result.ts';
import type { WholeDarkroom } from '../darkroom/port.ts';
import type { Handlers } from '../dispatch.ts';
import type { ModelCall } from '../studio/port.ts';
import type { NetworkWatch } from '../weights/network-watch.ts';
import type { Weights } from '../weights/weights.ts';

interface ModelParts {
  readonly weights: Weights;
  readonly darkroom: Pick<WholeDarkroom, 'network'>;
  /** Hears of what is changed here at once. */
  readonly watch: Pick<NetworkWatch, 'own' | 'look'>;
  /** Lets the user choose the file of a network; null: thought better of it. */
  readonly chooseFile: () => Promise<string | null>;
}

/** What the page asks about the model, answered. */
export const modelCalls = ({ weights, darkroom, watch, chooseFile }: ModelParts): Pick<Handlers, ModelCall> => ({
  'model.get': () => ok(weights.state),
  'model.fetch': () => ok(weights.fetch()),
  'model.cancel': async () => ok(await weights.cancel()),
  'model.own': () => ok(watch.own),
  'model.network': () => darkroom.network({ wish: 'show', path: '', licence: null }),
  async 'model.useOwn'({ licence }) {
    const path = await chooseFile();
    if (path === null) return ok(null);
    const answer = await darkroom.network({ wish: 'use', path, licence });
    watch.look();
    return answer;
  },
  async 'model.leaveOwn'() {
    const answer = await darkroom.network({ wish: 'leave', path: '', licence: null });
    watch.look();
    return answer;
  },
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
