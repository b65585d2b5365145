/** Making finished pictures anew: asked first, with its price, since the pictures are there and credit is used once more. */
import { create } from 'zustand';
import type { PhotoEdit } from '../../../shared/ipc/edits.ts';
import { packEdits } from '../../../shared/ipc/edits.ts';
import type { QuoteView } from '../../../shared/ipc/wallet.ts';
import type { Result } from '../../../shared/result.ts';
import { call } from '../../bridge.ts';
import { currentWish } from '../../state/appliable.ts';
import { applyAgain, tellsAnEnd, useApplying } from '../../state/applying.ts';
import { useConnection } from '../../state/wallet.ts';

interface AgainState {
  /** What is asked about; empty while the dialog is closed. */
  readonly edits: readonly PhotoEdit[];
  /** Null until it is known. */
  readonly quote: Result<QuoteView> | null;
}

const closed: AgainState = { edits: [], quote: null };
/** The question that is open: its photos and, once known, the price. Without photos none is. */
export const useAgain = create<AgainState>(() => closed);

/** About the selected photos that have a background. */
export async function askAgain(): Promise<void> {
  const state = useApplying.getState();
  const { edits } = currentWish();
  if (edits.length === 0 || tellsAnEnd(state) || state.sending || useConnection.getState().state === 'offline') return;
  useAgain.setState({ edits, quote: null });
  const quote = await call('applying.quote', { edits: packEdits(edits), again: true });
  if (useAgain.getState().edits === edits) useAgain.setState({ quote });
}

/** Closes the question; nothing is made or paid for. */
export const leaveAsItIs = (): void => useAgain.setState(closed);

/** Applies again at the price that was shown; does nothing while that is not known or refused. */
export function makeAgain(): void {
  const { edits, quote } = useAgain.getState();
  if (quote?.ok !== true || quote.value.refusal !== null) return;
  leaveAsItIs();
  void applyAgain(edits);
}
