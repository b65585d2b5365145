import { call } from '../../bridge.ts';
import { mayApply, pressApply, useApplying } from '../../state/applying.ts';
import { copySettings, pasteSettings, useEditing } from '../../state/editing.ts';
import { useLibrary } from '../../state/library.ts';
import { useSelection } from '../../state/selection.ts';
import { count } from '../../ui/amounts.ts';
import type { MenuItem } from '../../ui/Menu.tsx';
import { askRemoval } from '../removal.ts';
import { openReport } from '../report/reporting.ts';
import { revertSelection } from '../revert.ts';

async function reveal(photoId: string, what: 'original' | 'result'): Promise<void> {
  const answer = await call('library.reveal', { photoId, what });
  if (!answer.ok) useApplying.setState({ problem: answer.error });
}

/** The menu behind the right button on a photo: what the toolbar, the panel and the keys do, at hand. */
export function usePhotoMenu(): readonly MenuItem[] {
  const selected = useSelection((state) => state.ids.size);
  const cursor = useSelection((state) => state.cursor);
  const photo = useLibrary((state) => (cursor === null ? undefined : state.photos.get(cursor)));
  const canPaste = useEditing((state) => state.clipboard !== null);
  if (photo === undefined) return [];
  const hasResult = photo.currentVersionId !== null;
  return [
    {
      label: selected > 1 ? `Apply to ${count(selected, 'photo')}` : 'Apply changes',
      shortcut: 'Enter',
      disabled: !mayApply(),
      onSelect: pressApply,
    },
    { label: 'Revert to the original', shortcut: 'free', disabled: !hasResult && selected === 1, onSelect: () => void revertSelection() },
    { label: 'Report a fault', shortcut: 'free', disabled: !hasResult, onSelect: openReport },
    { label: 'Copy settings', shortcut: 'Ctrl Shift C', separated: true, onSelect: copySettings },
    { label: 'Paste settings', shortcut: 'Ctrl Shift V', disabled: !canPaste, onSelect: pasteSettings },
    { label: 'Show the original file', separated: true, onSelect: () => void reveal(photo.id, 'original') },
    { label: 'Show the finished file', disabled: !hasResult, onSelect: () => void reveal(photo.id, 'result') },
    { label: 'Remove from the library', shortcut: 'Delete', separated: true, danger: true, onSelect: askRemoval },
  ];
}
