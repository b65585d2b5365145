import { create } from 'zustand';
import { useLibrary } from '../../state/library.ts';
import { useSelection } from '../../state/selection.ts';

/** The photo that is being reported; null while the dialog is closed. */
export const useReporting = create<{ readonly photoId: string | null }>(() => ({ photoId: null }));

/** ST-05: only results can be reported; there is nothing to correct in an original. */
export const canReport = (id: string | null): boolean =>
  id !== null && (useLibrary.getState().photos.get(id)?.currentVersionId ?? null) !== null;

export function openReport(): void {
  const { active } = useSelection.getState();
  if (canReport(active)) useReporting.setState({ photoId: active });
}
export const closeReport = (): void => useReporting.setState({ photoId: null });
