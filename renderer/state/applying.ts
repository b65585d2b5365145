/** Quotes and batches: what Apply would cost, and what it is doing. */
import { create } from 'zustand';
import type { Recipe } from '../../shared/edit/recipe.ts';
import { oneRecipe, packEdits } from '../../shared/ipc/edits.ts';
import type { QuoteView } from '../../shared/ipc/wallet.ts';
import type { Batch } from '../../shared/ipc.ts';
import type { Problem } from '../../shared/result.ts';
import { call } from '../bridge.ts';
import { recipeOf, shareWithSelection, useEditing } from './editing.ts';
import { useLibrary } from './library.ts';
import { selectedInOrder, useSelection } from './selection.ts';
import { useConnection } from './wallet.ts';

/** An answer and what it is about: by the time it is there, the selection may be another one. */
export interface Quoted {
  readonly quote: QuoteView;
  readonly photoIds: readonly string[];
}

export type QuoteState =
  | { readonly status: 'none' }
  /** `last` stays on the bar until the new answer is there, so that nothing flickers. */
  | { readonly status: 'asking'; readonly last: Quoted | null }
  | { readonly status: 'known'; readonly quoted: Quoted }
  | { readonly status: 'failed'; readonly problem: Problem };

export const quotedIn = (state: QuoteState): Quoted | null =>
  state.status === 'known' ? state.quoted : state.status === 'asking' ? state.last : null;

/** Whether a quote is about exactly these photos and no refusal. Pure. */
export const isPayable = (state: QuoteState, photoIds: readonly string[]): boolean => {
  const quoted = quotedIn(state);
  if (quoted === null || quoted.quote.refusal !== null || photoIds.length === 0) return false;
  return photoIds.length === quoted.photoIds.length && photoIds.every((id, index) => quoted.photoIds[index] === id);
};

interface ApplyingState {
  readonly quote: QuoteState;
  readonly batches: ReadonlyMap<string, Batch>;
  /** The batch that the bar shows: the running one, or a finished one until it is dismissed. */
  readonly shown: string | null;
  /** Between the press and the first word of the batch. */
  readonly sending: boolean;
  readonly problem: Problem | null;
}

export const useApplying = create<ApplyingState>(() => ({
  quote: { status: 'none' },
  batches: new Map(),
  shown: null,
  sending: false,
  problem: null,
}));

export const isOver = (batch: Batch): boolean => batch.state === 'finished' || batch.state === 'cancelled';

export function batchChanged(batch: Batch): void {
  useApplying.setState((state) => ({
    batches: new Map(state.batches).set(batch.id, batch),
    shown: isOver(batch) && state.shown === null ? null : batch.id,
  }));
}

export async function loadBatches(): Promise<void> {
  const answer = await call('applying.batches', undefined);
  if (!answer.ok) return;
  const running = answer.value.find((batch) => !isOver(batch));
  useApplying.setState({ batches: new Map(answer.value.map((batch) => [batch.id, batch])), shown: running?.id ?? null });
}

export const dismissBatch = (): void => useApplying.setState({ shown: null, problem: null });

let asked = 0;

/** Asks what applying would cost. Only the newest answer counts; nothing is charged by asking. */
export async function askQuote(photoIds: readonly string[], recipe: Recipe): Promise<void> {
  const mine = ++asked;
  if (photoIds.length === 0) {
    useApplying.setState({ quote: { status: 'none' } });
    return;
  }
  useApplying.setState((state) => ({ quote: { status: 'asking', last: quotedIn(state.quote) } }));
  const answer = await call('applying.quote', { edits: packEdits(oneRecipe(photoIds, { ...recipe, strokes: [] })) });
  if (mine !== asked) return;
  useApplying.setState({
    quote: answer.ok ? { status: 'known', quoted: { quote: answer.value, photoIds } } : { status: 'failed', problem: answer.error },
  });
}

/** Which of these photos can be applied: not those that cannot be read or are already on their way. Pure. */
export function applicable(ids: readonly string[], stateOf: (id: string) => string | undefined): readonly string[] {
  const barred = new Set(['unreadable', 'missing', 'queued', 'working', undefined]);
  return ids.filter((id) => !barred.has(stateOf(id)));
}

export const applicableSelection = (): readonly string[] => {
  const { photos, visible } = useLibrary.getState();
  return applicable(selectedInOrder(useSelection.getState(), visible), (id) => photos.get(id)?.state);
};

/** Nothing is charged that the bar does not show: applying needs a quote for exactly these photos, without a refusal. */
export function mayApply(): boolean {
  const { quote, shown, sending } = useApplying.getState();
  return shown === null && !sending && useConnection.getState().state !== 'offline' && isPayable(quote, applicableSelection());
}

/** Enter, the button and the menu: closes a finished batch, or applies when that may be done. */
export function pressApply(): void {
  const { shown, batches } = useApplying.getState();
  const batch = shown === null ? undefined : batches.get(shown);
  if (batch !== undefined && isOver(batch)) dismissBatch();
  else if (mayApply()) void apply();
}

/** Once the user goes on to something else, the sentence about the finished batch has been read. Returns what stops it. */
export function dismissWhenMovingOn(): () => void {
  const movedOn = (): void => {
    const { shown, batches } = useApplying.getState();
    const batch = shown === null ? undefined : batches.get(shown);
    if (batch !== undefined && isOver(batch)) dismissBatch();
  };
  const stops = [
    useSelection.subscribe((state, before) => state.ids !== before.ids && movedOn()),
    useEditing.subscribe((state, before) => state.drafts !== before.drafts && movedOn()),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

/**
 * Applies the active photo's settings to the selection, each photo with its own brush strokes, as one batch; `only` limits it
 * to the first so many photos.
 */
export async function apply(only?: number): Promise<void> {
  const photoIds = applicableSelection().slice(0, only);
  if (photoIds.length === 0 || useApplying.getState().sending) return;
  useApplying.setState({ sending: true, problem: null });
  await shareWithSelection();
  const edits = packEdits(photoIds.map((photoId) => ({ photoId, recipe: recipeOf(photoId) })));
  const answer = await call('applying.apply', { edits, mode: 'all or nothing' });
  if (!answer.ok) {
    useApplying.setState({ sending: false, problem: answer.error });
    return;
  }
  const { id } = answer.value;
  // An event about it may have come before the answer.
  useApplying.setState((state) => ({
    sending: false,
    batches: new Map(state.batches).set(id, state.batches.get(id) ?? answer.value),
    shown: id,
  }));
}

async function control(name: 'applying.pause' | 'applying.resume' | 'applying.cancel', batchId: string): Promise<void> {
  const answer = await call(name, { batchId });
  if (answer.ok) batchChanged(answer.value);
  else useApplying.setState({ problem: answer.error });
}
export const pauseBatch = (id: string): Promise<void> => control('applying.pause', id);
export const resumeBatch = (id: string): Promise<void> => control('applying.resume', id);
export const cancelBatch = (id: string): Promise<void> => control('applying.cancel', id);
