/** Taking photos out of the library: asked first, since their results' place in it goes too. Files stay where they are. */
import { create } from 'zustand';
import { call } from '../bridge.ts';
import { useApplying } from '../state/applying.ts';
import { useLibrary } from '../state/library.ts';
import { selectedInOrder, useSelection } from '../state/selection.ts';

/** The photos that are asked about; none: the question is closed. */
export const useRemoval = create<{ readonly photoIds: readonly string[] }>(() => ({ photoIds: [] }));

/** Asks about the selected photos. */
export const askRemoval = (): void =>
  useRemoval.setState({ photoIds: selectedInOrder(useSelection.getState(), useLibrary.getState().visible) });

/** Closes the question; nothing is removed. */
export const keepPhotos = (): void => useRemoval.setState({ photoIds: [] });

/** Removes the photos from the library. A failure is shown above the bar of Apply. */
export async function removePhotos(): Promise<void> {
  const { photoIds } = useRemoval.getState();
  keepPhotos();
  const answer = await call('library.remove', { photoIds: [...photoIds] });
  if (!answer.ok) useApplying.setState({ problem: answer.error });
}
