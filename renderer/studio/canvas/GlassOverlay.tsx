import { type CSSProperties, type KeyboardEvent, useEffect, useMemo } from 'react';
import type { GlassStroke, Recipe, Stroke } from '../../../shared/edit/recipe.ts';
import type { Rect } from '../../../shared/edit/rect.ts';
import { regionBounds, regionsOf } from '../../../shared/edit/regions.ts';
import type { Photo } from '../../../shared/ipc/library.ts';
import { askRegions, drawsSubject, giveGlassBack, patchesIn, proposalsLeft, resizeGlass, takeGlass, useGlass } from '../../state/glass.ts';
import { usePreviews } from '../../state/previews.ts';
import styles from './CanvasPane.module.css';
import type { Composition } from './composing.ts';
import { whereAndHowLarge } from './glass-words.ts';
import { outlinePath } from './outlines.ts';
import { toWindow } from './viewport.ts';

interface GlassOverlayProps {
  readonly photo: Photo;
  readonly recipe: Recipe;
  readonly made: Composition;
  readonly frame: Rect;
}

/** What can be taken, dashed, and what is, over the canvas. Each is a button for the keyboard; the pointer's clicks are the canvas' own. */
export function GlassOverlay({ photo, recipe, made, frame }: GlassOverlayProps) {
  useRegions(photo.id, recipe.strokes);
  const regions = useGlass((state) => (state.photoId === photo.id ? state.regions : null));
  const chosen = useGlass((state) => state.chosen);
  const painted = useGlass((state) => state.painting?.stroke ?? null);
  const shown = useMemo(
    () =>
      regions === null
        ? []
        : [
            ...patchesIn(regions, recipe).map((patch) => ({ ...patch, at: patch.stroke.at, doubtful: false })),
            ...proposalsLeft(regions, recipe).map(({ at, region, doubtful }) => ({ regions: [region], at, stroke: null, doubtful })),
          ].map((each) => ({
            ...each,
            key: `${each.stroke === null ? 'proposed' : 'taken'} ${each.regions.join()}`,
            path: outlinePath(regions.tree, each.regions),
            said: saidOf(each, whereAndHowLarge(regions.tree, each.regions)),
            bounds: regionBounds(regions.tree, each.regions),
          })),
    [regions, recipe],
  );
  if (regions === null) return null;
  const { tree } = regions;
  const onWindow = (rect: Rect): CSSProperties => {
    const { x, y, width, height } = toWindow(toWindow(frame, made.scene.photo), rect);
    return { left: x / devicePixelRatio, top: y / devicePixelRatio, width: width / devicePixelRatio, height: height / devicePixelRatio };
  };
  return (
    <>
      <svg
        className={styles.regions}
        style={onWindow(tree.box)}
        viewBox={`0 0 ${tree.width} ${tree.height}`}
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        {shown.map(({ key, stroke, path, doubtful }) => (
          <g
            key={key}
            data-taken={stroke !== null || undefined}
            data-chosen={(stroke !== null && stroke === chosen) || undefined}
            data-doubtful={doubtful || undefined}
          >
            <path d={path} />
            <path d={path} />
          </g>
        ))}
        {painted !== null && <Outline path={outlinePath(tree, regionsOf(tree, painted))} />}
      </svg>
      {shown.map(({ key, regions: [region = -1], at, stroke, said, bounds }, n) => (
        <button
          key={key}
          type="button"
          className={styles.region}
          style={bounds === null ? {} : onWindow(bounds)}
          aria-pressed={stroke !== null}
          aria-label={`${said.what}, ${n + 1} of ${shown.length}: ${said.rest}`}
          onFocus={() => stroke !== null && useGlass.setState({ chosen: stroke })}
          onClick={() => (stroke === null ? takeGlass(photo.id, at, region) : useGlass.setState({ chosen: stroke }))}
          onKeyDown={(event) => onKey(event, photo.id, stroke)}
        />
      ))}
    </>
  );
}

/** What is being painted, as what is taken and chosen looks. */
const Outline = ({ path }: { path: string }) => (
  <g data-taken data-chosen>
    <path d={path} />
    <path d={path} />
  </g>
);

function saidOf({ stroke, doubtful }: { stroke: GlassStroke | null; doubtful: boolean }, words: string): { what: string; rest: string } {
  if (stroke !== null)
    return { what: stroke.hole === true ? 'Opening' : 'Glass', rest: `${words}. Plus and minus change its size, Delete closes it.` };
  return { what: doubtful ? 'Perhaps glass' : 'Possible glass', rest: `${words}. Press Enter to see through it.` };
}

function onKey(event: KeyboardEvent, photoId: string, stroke: Stroke | null): void {
  if (stroke?.mode !== 'glass') return;
  if (event.key === '+' || event.key === '=') resizeGlass(photoId, 1, event.ctrlKey);
  else if (event.key === '-') resizeGlass(photoId, -1, event.ctrlKey);
  else if (event.key === 'Delete' || event.key === 'Backspace') giveGlassBack(photoId, stroke);
  else return;
  event.preventDefault();
}

/** Asks for the regions once there is a cut-out, and again when a better one or another subject is there. */
function useRegions(photoId: string, strokes: readonly Stroke[]): void {
  const quality = usePreviews((state) => {
    const preview = state.previews.get(photoId);
    return preview?.status === 'ready' ? preview.preview.quality : null;
  });
  const subject = JSON.stringify(strokes.filter(drawsSubject));
  // biome-ignore lint/correctness/useExhaustiveDependencies: `subject` says which strokes matter.
  useEffect(() => {
    if (quality !== null) void askRegions(photoId, strokes);
  }, [photoId, quality, subject]);
}
