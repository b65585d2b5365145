/** The cut-outs that the canvas composes from: asked for when a photo is looked at, better ones arrive as events. */
import { create } from 'zustand';
import type { Stroke } from '../../shared/edit/recipe.ts';
import type { Preview } from '../../shared/ipc/library.ts';
import type { Problem } from '../../shared/result.ts';
import { call } from '../bridge.ts';

export type PreviewState = { readonly status: 'asking' } | { readonly status: 'ready'; readonly preview: Preview; readonly refreshing: boolean } | { readonly status: 'failed'; readonly problem: Problem };

export const usePreviews = create<{ readonly previews: ReadonlyMap<string, PreviewState> }>(() => ({ previews: new Map() }));

const put = (id: string, next: PreviewState): void => usePreviews.setState((state) => ({ previews: new Map(state.previews).set(id, next) }));

/** A newer cut-out never gives way to an older one that arrives late. */
export function previewChanged(preview: Preview): void {
  const known = usePreviews.getState().previews.get(preview.photoId);
  if (known?.status === 'ready' && known.preview.matteRevision > preview.matteRevision) return;
  put(preview.photoId, { status: 'ready', preview, refreshing: false });
}

export async function askPreview(photoId: string, strokes: readonly Stroke[]): Promise<void> {
  const known = usePreviews.getState().previews.get(photoId);
  put(photoId, known?.status === 'ready' ? { ...known, refreshing: true } : { status: 'asking' });
  const answer = await call('darkroom.preview', { photoId, strokes: [...strokes] });
  if (answer.ok) previewChanged(answer.value);
  else put(photoId, { status: 'failed', problem: answer.error });
}
