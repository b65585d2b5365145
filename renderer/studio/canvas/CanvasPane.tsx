import { type CSSProperties, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { Recipe } from '../../../shared/edit/recipe.ts';
import type { Rect } from '../../../shared/edit/rect.ts';
import type { Place } from '../../../shared/edit/regions.ts';
import type { Photo } from '../../../shared/ipc/library.ts';
import { useCanvas } from '../../state/canvas.ts';
import { useActiveRecipe } from '../../state/editing.ts';
import { useGlass, useRegionsOf } from '../../state/glass.ts';
import { useLibrary } from '../../state/library.ts';
import { pendingStrokes, usePreviews } from '../../state/previews.ts';
import { withoutGlass } from '../../state/recipes.ts';
import { useSelection } from '../../state/selection.ts';
import { useSettings } from '../../state/settings.ts';
import { EmptyState } from '../../ui/feedback/Feedback.tsx';
import { CanvasBar } from './CanvasBar.tsx';
import styles from './CanvasPane.module.css';
import { CanvasStatus } from './CanvasStatus.tsx';
import { type Composition, composition } from './composing.ts';
import { useGestures } from './gestures.ts';
import { Overlays } from './Overlays.tsx';
import { SplitHandle } from './SplitHandle.tsx';
import { type Drawn, Stage } from './stage.ts';
import { useApplied } from './useApplied.ts';
import { usePreview } from './usePreview.ts';
import { frameIn } from './viewport.ts';
import { useWindow } from './zooming.ts';

const NO_STROKES: readonly never[] = [];

/** The canvas with its bar, or a hint while no photo is selected. */
export function CanvasPane() {
  const active = useSelection((state) => state.active);
  const photo = useLibrary((state) => (active === null ? undefined : state.photos.get(active)));
  const recipe = useActiveRecipe();
  return (
    <section className={styles.pane} aria-label="Canvas" data-walk>
      <CanvasBar photo={photo ?? null} />
      {photo === undefined || recipe === null ? (
        <div className={styles.nothing}>
          <EmptyState title="No photo selected">Choose a photo to see it here.</EmptyState>
        </div>
      ) : (
        <Canvas photo={photo} kept={recipe} />
      )}
    </section>
  );
}

/** `kept`: the recipe as it is edited, glass and all. */
function Canvas({ photo, kept }: { photo: Photo; kept: Recipe }) {
  const host = useRef<HTMLDivElement>(null);
  const cursor = useRef<HTMLDivElement>(null);
  const stage = useRef<Stage | null>(null);
  const [drawn, setDrawn] = useState<Drawn>({ cutout: false, failed: false, busy: false });
  const surround = useSettings((state) => state.settings.surround);
  const { tool, split, before, brush, zoom, glassHidden } = useCanvas();
  const recipe = useMemo(() => (glassHidden ? withoutGlass(kept) : kept), [glassHidden, kept]);
  const assets = useLibrary((state) => state.assets);
  const previewState = usePreviews((state) => state.previews.get(photo.id));
  const preview = previewState?.status === 'ready' ? previewState.preview : null;
  const made = useMemo(() => composition(photo, preview, recipe, assets), [photo, preview, recipe, assets]);
  const { window, margin } = useWindow();
  const frame = useMemo(() => frameIn(window, made.scene.canvas, zoom, margin), [window, made, zoom, margin]);
  const hasBackground = recipe.background !== null;
  const covers = (at: Place) => stage.current?.covers(photo, at) ?? null;
  const gestures = useGestures({ photoId: photo.id, frame, composition: made, hasBackground, covers }, cursor);
  const brushing = tool === 'brush' && hasBackground;
  const regions = useRegionsOf(photo.id);
  const pointing = hasBackground && !before && tool !== 'move' && tool !== 'brush' ? tool : null;
  const ghost = (brushing && !before) || (pointing !== null && pointing !== 'glass');
  const painted = useGlass((state) => state.painting?.stroke ?? null);
  usePreview(photo, recipe, glassHidden);
  const applied = useApplied(photo, recipe);

  useLayoutEffect(() => useWindow.setState({ picture: made.scene.canvas }), [made.scene.canvas]);
  useStage(host, stage, setDrawn);
  useLayoutEffect(() => {
    stage.current?.show({
      photo,
      preview,
      recipe,
      composition: made,
      frame,
      applied,
      before: before ? 1 : hasBackground || photo.currentVersionId !== null ? (split ?? 0) : 0,
      pending: previewState?.status === 'ready' ? pendingStrokes(recipe.strokes, previewState.strokes) : NO_STROKES,
      regions,
      drawing: gestures.drawing ?? painted,
      ghost,
    });
  }, [photo, preview, previewState, recipe, made, frame, applied, before, split, hasBackground, gestures.drawing, painted, ghost, regions]);

  return (
    <div
      ref={host}
      className={styles.host}
      style={{ background: `rgb(${surround} ${surround} ${surround})` }}
      data-grip={gestures.grip ?? gestures.hover ?? 'pan'}
      data-zoomed={zoom.kind === 'free' || undefined}
      data-drawn={drawn.cutout ? 'composed' : 'original'}
      {...gestures.handlers}
    >
      <canvas
        className={styles.canvas}
        role="img"
        aria-busy={drawn.busy}
        aria-label={`${photo.name}, ${before ? 'original' : hasBackground ? 'preview' : 'original'}`}
      />
      {split !== null && !before && <SplitHandle frame={frame} split={split} host={host} />}
      {brushing && <div ref={cursor} className={styles.brush} style={ringSize(brush.radius, photo, made, frame)} aria-hidden="true" />}
      {hasBackground && !before && (
        <Overlays {...{ photo, preview, made, frame, pointing, covers }} recipe={kept} hidesGlass={recipe !== kept} />
      )}
      {(before || recipe !== kept) && <span className={styles.tag}>{before ? 'Original' : 'Without glass (H)'}</span>}
      <CanvasStatus {...{ photo, recipe, drawn }} state={previewState} composition={made} onRetry={() => stage.current?.retry()} />
    </div>
  );
}

function ringSize(radius: number, photo: Photo, made: Composition, frame: Rect): CSSProperties {
  const photoLong = Math.max(photo.width, photo.height);
  const perPixel = (made.scene.photo.width * frame.width) / photo.width / devicePixelRatio;
  const size = 2 * radius * photoLong * perPixel;
  return { width: size, height: size };
}

/** Makes the stage on the canvas inside `host` and keeps it as large as the host, in device pixels. */
function useStage(
  host: React.RefObject<HTMLDivElement | null>,
  stage: React.RefObject<Stage | null>,
  onDrawn: (drawn: Drawn) => void,
): void {
  useLayoutEffect(() => {
    const element = host.current;
    const canvas = element?.querySelector('canvas');
    if (element === null || canvas === null || canvas === undefined) return;
    let last: Drawn | null = null;
    const made = new Stage(canvas, (drawn) => {
      if (last === null || last.cutout !== drawn.cutout || last.failed !== drawn.failed || last.busy !== drawn.busy) onDrawn(drawn);
      last = drawn;
    });
    stage.current = made;
    const resize = () => {
      const width = Math.max(1, Math.round(element.clientWidth * devicePixelRatio));
      const height = Math.max(1, Math.round(element.clientHeight * devicePixelRatio));
      if (canvas.width === width && canvas.height === height) return;
      canvas.width = width;
      canvas.height = height;
      useWindow.setState({ window: { width, height }, margin: Math.round(28 * devicePixelRatio) });
      made.invalidate();
    };
    const observer = new ResizeObserver(resize);
    observer.observe(element);
    resize();
    return () => {
      observer.disconnect();
      made.close();
      stage.current = null;
    };
  }, [host, stage, onDrawn]);
  usePrefetch(stage);
}

/** The next photo's picture is ready before the arrow key is pressed. */
function usePrefetch(stage: React.RefObject<Stage | null>): void {
  const active = useSelection((state) => state.active);
  useEffect(() => {
    const timer = setTimeout(() => {
      const { visible, photos } = useLibrary.getState();
      const next = active === null ? undefined : visible[visible.indexOf(active) + 1];
      const photo = next === undefined ? undefined : photos.get(next);
      if (photo !== undefined) stage.current?.prefetch(photo);
    }, 400);
    return () => clearTimeout(timer);
  }, [active, stage]);
}
