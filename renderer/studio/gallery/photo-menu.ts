import { call } from '../../bridge.ts';
import { useWish } from '../../state/appliable.ts';
import { pressApply, quoteAbout, tellsAnEnd, useApplying, useMayApply } from '../../state/applying.ts';
import { copySettings, giveSettings, pasteSettings, useEditing } from '../../state/editing.ts';
import { useLibrary } from '../../state/library.ts';
import { openReport } from '../../state/reporting.ts';
import { useSelection } from '../../state/selection.ts';
import { useConnection } from '../../state/wallet.ts';
import type { MenuItem } from '../../ui/controls/Menu.tsx';
import { count } from '../../ui/figures/amounts.ts';
import { askAgain } from '../apply/apply-anew.ts';
import { askRemoval } from '../removal.ts';
import { revertSelection } from '../revert.ts';

async function reveal(photoId: string, what: 'original' | 'result'): Promise<void> {
  const answer = await call('library.reveal', { photoId, what });
  if (!answer.ok) useApplying.setState({ problem: answer.error });
}

/** The menu behind the right button on a photo: what the toolbar, the panel, the bar and the keys do, at hand. */
export function usePhotoMenu(): readonly MenuItem[] {
  const selection = useSelection();
  const photo = useLibrary((state) => (selection.cursor === null ? undefined : state.photos.get(selection.cursor)));
  const active = useLibrary((state) => (selection.active === null ? undefined : state.photos.get(selection.active)));
  const anyResult = useLibrary((state) => [...selection.ids].some((id) => (state.photos.get(id)?.currentVersionId ?? null) !== null));
  const canPaste = useEditing((state) => state.clipboard !== null);
  const { edits } = useWish();
  const quote = useApplying((state) => quoteAbout(state.quote, edits));
  const free = useApplying((state) => !tellsAnEnd(state) && !state.sending);
  const online = useConnection((state) => state.state !== 'offline');
  const mayApply = useMayApply();
  if (photo === undefined) return [];
  const selected = selection.ids.size;
  const applied = quote === null ? edits.length : quote.photos + quote.made.filter(({ shown }) => !shown).length;
  const hasResult = photo.currentVersionId !== null;
  const several: MenuItem[] =
    selected > 1 && active !== undefined
      ? [{ label: `Give the settings of ${active.name} to all ${selected}`, onSelect: giveSettings }]
      : [];
  return [
    {
      label: selected > 1 ? `Apply to ${count(applied, 'photo')}` : 'Apply changes',
      shortcut: 'Enter',
      disabled: !mayApply,
      onSelect: pressApply,
    },
    { label: 'Apply again…', disabled: !free || !online || (quote?.made.length ?? 0) === 0, onSelect: () => void askAgain() },
    { label: 'Revert to the original', shortcut: 'free', disabled: !anyResult, onSelect: () => void revertSelection() },
    { label: 'Report a fault', shortcut: 'free', disabled: !hasResult, onSelect: () => openReport(photo.id) },
    { label: 'Copy settings', shortcut: 'Ctrl Shift C', separated: true, onSelect: copySettings },
    { label: 'Paste settings', shortcut: 'Ctrl Shift V', disabled: !canPaste, onSelect: pasteSettings },
    ...several,
    { label: 'Show the original file', separated: true, onSelect: () => void reveal(photo.id, 'original') },
    { label: 'Show the finished file', disabled: !hasResult, onSelect: () => void reveal(photo.id, 'result') },
    { label: 'Remove from the library', shortcut: 'Delete', separated: true, danger: true, onSelect: askRemoval },
  ];
}
