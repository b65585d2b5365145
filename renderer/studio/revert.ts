import { call } from '../bridge.ts';
import { applicable } from '../state/appliable.ts';
import { useApplying } from '../state/applying.ts';
import { resetSettings, saveNow, undo } from '../state/editing.ts';
import { useLibrary } from '../state/library.ts';
import { selectedInOrder, useSelection } from '../state/selection.ts';
import { say } from '../ui/feedback/Toast.tsx';
import { count } from '../ui/figures/amounts.ts';

/** The whole selection, as far as it can be changed now. */
export function revertSelection(): Promise<void> {
  const { photos, visible } = useLibrary.getState();
  return revert(applicable(selectedInOrder(useSelection.getState(), visible), (id) => photos.get(id)?.state));
}

/** ST-04: back to the originals, free, also offline. The settings go too, and can be brought back. */
export async function revert(ids: readonly string[]): Promise<void> {
  const { photos } = useLibrary.getState();
  const photoIds = ids.filter((id) => photos.get(id)?.currentVersionId !== null);
  if (photoIds.length === 0) return;
  await saveNow();
  const answer = await call('library.revert', { photoIds });
  if (!answer.ok) {
    useApplying.setState({ problem: answer.error });
    return;
  }
  resetSettings(photoIds);
  say(`${count(answer.value.reverted, 'photo')} back to the original. Nothing was charged.`, { label: 'Restore settings', onClick: undo });
}
