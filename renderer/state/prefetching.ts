/** Tells the main process which photos are likely to be applied: it prepares them while nothing else is to do. */
import type { Photo } from '../../shared/ipc/library.ts';
import { call } from '../bridge.ts';
import { useLibrary } from './library.ts';
import type { Selection } from './selecting.ts';
import { selectedInOrder, useSelection } from './selection.ts';

/** A walk through photos, or an import, is one change. */
const SETTLED_MS = 1000;
/** As many as the main process takes. */
const MOST = 1000;

/** The selected photos, then those that are shown from the active one on, then the rest that nothing was made of yet. Pure. */
export function wanted(
  { photos, order, visible }: { photos: ReadonlyMap<string, Photo>; order: readonly string[]; visible: readonly string[] },
  selection: Selection,
): readonly string[] {
  const from = Math.max(0, selection.active === null ? 0 : visible.indexOf(selection.active));
  const isNew = (id: string): boolean => ['original', 'previewed'].includes(photos.get(id)?.state ?? '');
  const next = [...visible.slice(from), ...visible.slice(0, from), ...order].filter(isNew);
  return [...new Set([...selectedInOrder(selection, visible), ...next])].slice(0, MOST);
}

let told: readonly string[] = [];
let timer: ReturnType<typeof setTimeout> | undefined;

function tellSoon(): void {
  clearTimeout(timer);
  timer = setTimeout(() => {
    const next = wanted(useLibrary.getState(), useSelection.getState());
    if (next.length === told.length && next.every((id, n) => told[n] === id)) return;
    told = next;
    void call('darkroom.prefetch', { photoIds: [...next] });
  }, SETTLED_MS);
}

/** Listens to the selection and the library. */
export function followWhatIsWanted(): void {
  useSelection.subscribe(tellSoon);
  useLibrary.subscribe((state, before) => {
    if (state.visible !== before.visible || state.order !== before.order) tellSoon();
  });
}
