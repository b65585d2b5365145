import { create } from 'zustand';
import { useLibrary } from './library.ts';
import { useSelection } from './selection.ts';

/** The photo that is being reported; null while the dialog is closed. */
export const useReporting = create<{ readonly photoId: string | null }>(() => ({ photoId: null }));

/** ST-05: only results can be reported; there is nothing to correct in an original. */
const canReport = (id: string | null): boolean => id !== null && (useLibrary.getState().photos.get(id)?.currentVersionId ?? null) !== null;

/** About that photo; the one on the canvas when none is named. */
export function openReport(photoId: string | null = useSelection.getState().active): void {
  if (canReport(photoId)) useReporting.setState({ photoId });
}
/** Closes the dialog; nothing is sent. */
export const closeReport = (): void => useReporting.setState({ photoId: null });
