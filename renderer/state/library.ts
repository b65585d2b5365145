/** Photos and collections as the main process last told; the renderer never guesses a photo's state. */
import { create } from 'zustand';
import type { EventPayload } from '../../shared/ipc/index.ts';
import type { Asset, Collection, Photo } from '../../shared/ipc/library.ts';
import type { Problem } from '../../shared/result.ts';
import { call } from '../bridge.ts';

/** Whether the library was read yet. */
export type Loading =
  | { readonly status: 'loading' }
  | { readonly status: 'ready' }
  | { readonly status: 'failed'; readonly problem: Problem };

interface LibraryState {
  readonly loading: Loading;
  readonly photos: ReadonlyMap<string, Photo>;
  /** All photos in the order of their import. */
  readonly order: readonly string[];
  /** What the gallery shows: `order`, or one collection of it. */
  readonly visible: readonly string[];
  readonly collections: readonly Collection[];
  /** The collection that is shown; null shows everything. */
  readonly shown: string | null;
  readonly importing: { readonly done: number; readonly total: number } | null;
  /** What could not be imported, until it is dismissed. */
  readonly importProblems: readonly Problem[];
  readonly assets: readonly Asset[];
}

/** The photos and collections, as the main process told last. */
export const useLibrary = create<LibraryState>(() => ({
  loading: { status: 'loading' },
  photos: new Map(),
  order: [],
  visible: [],
  collections: [],
  shown: null,
  importing: null,
  importProblems: [],
  assets: [],
}));

/** The photos of a collection (null: all), in order. Pure. */
function visibleIn(order: readonly string[], photos: ReadonlyMap<string, Photo>, collectionId: string | null): readonly string[] {
  return collectionId === null ? order : order.filter((id) => photos.get(id)?.collectionId === collectionId);
}

/** The library after a `library.changed` event. Pure. */
export function changed(
  state: Pick<LibraryState, 'photos' | 'order' | 'visible' | 'shown'>,
  event: EventPayload<'library.changed'>,
): Pick<LibraryState, 'photos' | 'order' | 'visible' | 'collections' | 'shown'> {
  const photos = new Map(state.photos);
  const added = event.photos.filter((photo) => !photos.has(photo.id)).map((photo) => photo.id);
  for (const photo of event.photos) photos.set(photo.id, photo);
  for (const id of event.removed) photos.delete(id);
  const removed = new Set(event.removed);
  const kept = removed.size === 0 ? state.order : state.order.filter((id) => !removed.has(id));
  // Ids are in the order of the import; photos are announced as they are read, several at once.
  const order = added.length === 0 ? kept : [...kept, ...added].sort();
  const shown = event.collections.some((collection) => collection.id === state.shown) ? state.shown : null;
  const visible = visibleIn(order, photos, shown);
  // The same list stays the same object: a progress line must not make 20,000 photos look for their place.
  const same = visible.length === state.visible.length && visible.every((id, index) => state.visible[index] === id);
  return { photos, order, shown, visible: same ? state.visible : visible, collections: event.collections };
}

/** Asks for all of it once; afterwards changes arrive as events. */
export async function loadLibrary(): Promise<void> {
  useLibrary.setState({ loading: { status: 'loading' } });
  const [snapshot, assets] = await Promise.all([call('library.snapshot', undefined), call('assets.list', undefined)]);
  if (assets.ok) useLibrary.setState({ assets: assets.value });
  if (!snapshot.ok) {
    useLibrary.setState({ loading: { status: 'failed', problem: snapshot.error } });
    return;
  }
  const photos = new Map(snapshot.value.photos.map((photo) => [photo.id, photo]));
  const order = snapshot.value.photos.map((photo) => photo.id);
  useLibrary.setState((state) => ({
    loading: { status: 'ready' },
    photos,
    order,
    visible: visibleIn(order, photos, state.shown),
    collections: snapshot.value.collections,
  }));
}

/** Null: all photos. */
export const showCollection = (collectionId: string | null): void =>
  useLibrary.setState((state) => ({ shown: collectionId, visible: visibleIn(state.order, state.photos, collectionId) }));

/** Asks for files or a folder with the system's dialog. Answers the new photos' ids. */
export async function importByDialog(choose: 'files' | 'folder'): Promise<readonly string[]> {
  return imported(await call('library.import', { choose }));
}

/** Imports what was dropped on the window. */
export async function importPaths(paths: readonly string[]): Promise<readonly string[]> {
  if (paths.length === 0) return [];
  useLibrary.setState({ importing: { done: 0, total: 0 } });
  return imported(await call('library.importPaths', { paths: [...paths] }));
}

function imported(answer: Awaited<ReturnType<typeof call<'library.import'>>>): readonly string[] {
  const problems = answer.ok ? answer.value.problems : [answer.error];
  useLibrary.setState({ importing: null, importProblems: problems });
  return answer.ok ? answer.value.imported : [];
}

/** They were read. */
export const dismissImportProblems = (): void => useLibrary.setState({ importProblems: [] });

/** Adds backgrounds or logos by dialog or by path; answers the new ones and what could not be added. */
export async function addAssets(
  kind: Asset['kind'],
  paths?: readonly string[],
): Promise<{ added: readonly Asset[]; problems: readonly Problem[] }> {
  const answer = paths === undefined ? await call('assets.add', { kind }) : await call('assets.addPaths', { kind, paths: [...paths] });
  if (!answer.ok) return { added: [], problems: [answer.error] };
  const { added } = answer.value;
  const known = new Set(added.map((asset) => asset.id));
  if (added.length > 0) useLibrary.setState((state) => ({ assets: [...state.assets.filter((asset) => !known.has(asset.id)), ...added] }));
  return answer.value;
}
