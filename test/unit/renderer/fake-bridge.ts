/** The other end of the bridge, in memory: what the main process would answer, and what it was asked. Nothing of the renderer is replaced. */

import type { BacklotBridge, CallInput, CallName, CallOutput } from '../../../shared/ipc/index.ts';
import type { Photo } from '../../../shared/ipc/library.ts';
import type { QuoteView } from '../../../shared/ipc/wallet.ts';
import { fail, type Result } from '../../../shared/result.ts';

type Answers = { [N in CallName]?: (input: CallInput<N>) => Result<CallOutput<N>> | Promise<Result<CallOutput<N>>> };

export interface FakeBridge {
  readonly asked: { name: CallName; input: unknown }[];
  answer(answers: Answers): void;
}

export function installBridge(): FakeBridge {
  const asked: FakeBridge['asked'] = [];
  let answers: Answers = {};
  const bridge: BacklotBridge = {
    async call(name, input) {
      asked.push({ name, input });
      return (await answers[name]?.(input)) ?? fail({ code: 'bridge_failed', message: name });
    },
    on: () => () => undefined,
    pathOf: (file) => file.name,
  };
  Object.assign(globalThis, { window: { backlot: bridge } });
  return {
    asked,
    answer: (more) => {
      answers = { ...answers, ...more };
    },
  };
}

export const idOf = (n: number): string => `01J${String(n).padStart(23, '0')}`;

export const photoWith = (n: number, change: Partial<Photo> = {}): Photo => ({
  id: idOf(n),
  name: `IMG_${n}.jpg`,
  collectionId: 'c1',
  width: 6000,
  height: 4000,
  format: 'jpeg',
  bytes: 1,
  importedAt: '2026-11-23T10:00:00Z',
  state: 'original',
  revision: 1,
  currentVersionId: null,
  recipe: null,
  editedSince: false,
  reported: false,
  ...change,
});

export const quoteOf = (photos: number): QuoteView => ({
  photos,
  total: String(photos),
  slices: [{ bucket: 'monthly', amount: String(photos) }],
  availableAfter: '100',
  refusal: null,
  notices: [],
  made: [],
});
