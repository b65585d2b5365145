/** Quotes and batches: what Apply would cost, and what it is doing. */
import { create } from 'zustand';
import { type PhotoEdit, packEdits } from '../../shared/ipc/edits.ts';
import type { Batch } from '../../shared/ipc/index.ts';
import type { QuoteView } from '../../shared/ipc/wallet.ts';
import type { Problem } from '../../shared/result.ts';
import { call } from '../bridge.ts';
import { currentWish, sameEdits, useWish } from './appliable.ts';
import { saveNow, useEditing } from './editing.ts';
import { useSelection } from './selection.ts';
import { useConnection } from './wallet.ts';

/** An answer and what it is about: by the time it is there, the selection or a recipe may be another one. */
interface Quoted {
  readonly quote: QuoteView;
  readonly edits: readonly PhotoEdit[];
}

/** The price of what is selected, as far as it is known. */
export type QuoteState =
  | { readonly status: 'none' }
  /** `last` stays on the bar until the new answer is there, so that nothing flickers. */
  | { readonly status: 'asking'; readonly last: Quoted | null }
  | { readonly status: 'known'; readonly quoted: Quoted }
  | { readonly status: 'failed'; readonly problem: Problem };

/** The last quote that is known; null: none yet, or asking failed. */
export const quotedIn = (state: QuoteState): Quoted | null =>
  state.status === 'known' ? state.quoted : state.status === 'asking' ? state.last : null;

/** Whether a quote is about exactly these photos and recipes, is no refusal, and leaves something to do. Pure. */
const isPayable = (state: QuoteState, edits: readonly PhotoEdit[]): boolean => {
  const quoted = quotedIn(state);
  if (quoted === null || quoted.quote.refusal !== null || edits.length === 0) return false;
  return (quoted.quote.photos > 0 || quoted.quote.made.some(({ shown }) => !shown)) && sameEdits(quoted.edits, edits);
};

/** What a quote says of these photos; null while it is about others. Pure. */
export function quoteAbout(state: QuoteState, edits: readonly PhotoEdit[]): QuoteView | null {
  const quoted = quotedIn(state);
  return quoted !== null && sameEdits(quoted.edits, edits) ? quoted.quote : null;
}

interface ApplyingState {
  readonly quote: QuoteState;
  /** What the bar shows, in their turn: the open batches, and those that are over until they are dismissed. */
  readonly batches: ReadonlyMap<string, Batch>;
  /** Between the press and the first word of the batch. */
  readonly sending: boolean;
  readonly problem: Problem | null;
}

/** The store of quotes and batches. */
export const useApplying = create<ApplyingState>(() => ({
  quote: { status: 'none' },
  batches: new Map(),
  sending: false,
  problem: null,
}));

/** Whether nothing of a batch is still to come. */
export const isOver = (batch: Batch): boolean => batch.state === 'finished' || batch.state === 'cancelled';

/** Whether the bar tells the end of a batch: until it is dismissed, nothing is applied. Pure. */
export const tellsAnEnd = ({ batches }: Pick<ApplyingState, 'batches'>): boolean => [...batches.values()].some(isOver);

/** How a batch is now. The end of one that the bar does not show is told only when it may be the one that was just pressed for. */
export function batchChanged(batch: Batch): void {
  useApplying.setState(({ batches, sending }) =>
    batch.state === 'refused'
      ? { batches: new Map([...batches].filter(([id]) => id !== batch.id)) }
      : isOver(batch) && !batches.has(batch.id) && !sending
        ? {}
        : { batches: new Map(batches).set(batch.id, batch) },
  );
}

/** Asks for every batch at the start, and shows those that are open. */
export async function loadBatches(): Promise<void> {
  const answer = await call('applying.batches', undefined);
  if (!answer.ok) return;
  const open = answer.value.filter((batch) => !isOver(batch));
  useApplying.setState({ batches: new Map(open.map((batch) => [batch.id, batch])) });
}

/** Puts one batch that is over away; it stays in the history. */
export const dismissBatch = (batchId: string): void =>
  useApplying.setState(({ batches }) => ({ batches: new Map([...batches].filter(([id]) => id !== batchId)) }));

/** Puts the batches that are over and the problem away; they stay in the history. */
export const dismissBatches = (): void =>
  useApplying.setState(({ batches }) => ({ batches: new Map([...batches].filter(([, batch]) => !isOver(batch))), problem: null }));

let asked = 0;

/** Asks what applying would cost. Only the newest answer counts; nothing is charged by asking. */
export async function askQuote(edits: readonly PhotoEdit[]): Promise<void> {
  const mine = ++asked;
  if (edits.length === 0) {
    useApplying.setState({ quote: { status: 'none' } });
    return;
  }
  useApplying.setState((state) => ({ quote: { status: 'asking', last: quotedIn(state.quote) } }));
  const answer = await call('applying.quote', { edits: packEdits(edits) });
  if (mine !== asked) return;
  useApplying.setState({
    quote: answer.ok ? { status: 'known', quoted: { quote: answer.value, edits } } : { status: 'failed', problem: answer.error },
  });
}

/** Nothing is charged that the bar does not show: applying needs a quote for exactly these photos and recipes, without a refusal. */
const mayApplyTo = (state: ApplyingState, connection: string, edits: readonly PhotoEdit[]): boolean =>
  !tellsAnEnd(state) && !state.sending && connection !== 'offline' && isPayable(state.quote, edits);

/** Whether a press of Apply would do anything now. */
export const mayApply = (): boolean => mayApplyTo(useApplying.getState(), useConnection.getState().state, currentWish().edits);

/** The same for what is drawn: it changes with everything that it depends on. */
export function useMayApply(): boolean {
  const { edits } = useWish();
  const connection = useConnection((state) => state.state);
  return useApplying((state) => mayApplyTo(state, connection, edits));
}

/** Enter, the button and the menu: closes a finished batch, or applies when that may be done. */
export function pressApply(): void {
  if (tellsAnEnd(useApplying.getState())) dismissBatches();
  else if (mayApply()) void apply();
}

/** Once the user goes on to something else, the sentence about the finished batch has been read. Returns what stops it. */
export function dismissWhenMovingOn(): () => void {
  const movedOn = (): void => {
    const state = useApplying.getState();
    if (state.problem !== null || tellsAnEnd(state)) dismissBatches();
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
 * Applies to each selected photo its own recipe, as one batch, and leaves out what is finished already, as the quote says; `only`
 * limits it to the first so many photos that are paid for.
 */
export async function apply(only?: number): Promise<void> {
  const { edits } = currentWish();
  const made = new Map(quoteAbout(useApplying.getState().quote, edits)?.made.map(({ photoId, shown }) => [photoId, shown]));
  const fresh = edits.filter(({ photoId }) => !made.has(photoId)).slice(0, only);
  const paid = new Set(fresh);
  const back = (id: string): boolean => only === undefined && made.get(id) === false;
  await send(
    edits.filter((edit) => paid.has(edit) || back(edit.photoId)),
    { paying: fresh.length },
  );
}

/** Makes and pays anew for these, also where their very picture is there: only after the user was asked. */
export const applyAgain = (edits: readonly PhotoEdit[]): Promise<void> => send(edits, { paying: edits.length, again: true });

async function send(edits: readonly PhotoEdit[], options: { paying: number; again?: boolean }): Promise<void> {
  if (edits.length === 0 || useApplying.getState().sending) return;
  useApplying.setState({ sending: true, problem: null });
  await saveNow();
  const answer = await call('applying.apply', { edits: packEdits(edits), mode: 'all or nothing', ...options });
  if (!answer.ok) {
    useApplying.setState({ sending: false, problem: answer.error });
    // Whatever stood in the way, the price may be another one now.
    void askQuote(currentWish().edits);
    return;
  }
  const { id } = answer.value;
  // An event about it may have come before the answer.
  useApplying.setState((state) => ({
    sending: false,
    // What was just applied has no price any more.
    quote: { status: 'none' },
    batches: new Map(state.batches).set(id, state.batches.get(id) ?? answer.value),
  }));
}

async function control(name: 'applying.pause' | 'applying.resume' | 'applying.cancel', batchId: string): Promise<void> {
  const answer = await call(name, { batchId });
  if (answer.ok) batchChanged(answer.value);
  else useApplying.setState({ problem: answer.error });
}
/** After the photos that are being made. */
export const pauseBatch = (id: string): Promise<void> => control('applying.pause', id);
/** Goes on with a batch that was paused or stopped. */
export const resumeBatch = (id: string): Promise<void> => control('applying.resume', id);
/** Cancels pending photos, which cost nothing; running and finished ones complete. */
export const cancelBatch = (id: string): Promise<void> => control('applying.cancel', id);
