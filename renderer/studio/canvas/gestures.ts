/** What a pointer on the canvas does: moves the subject or the logo, pans, brushes, paints glass, or points at glass, parts and wheels. */
import { type PointerEvent, type RefObject, useEffect, useRef, useState, type WheelEvent } from 'react';
import { canvasToPhoto } from '../../../shared/edit/placement.ts';
import type { BrushStroke } from '../../../shared/edit/recipe.ts';
import type { Rect } from '../../../shared/edit/rect.ts';
import type { Place } from '../../../shared/edit/regions.ts';
import { strokeFrom, useCanvas } from '../../state/canvas.ts';
import { addStroke, edit, endGesture, recipeOf } from '../../state/editing.ts';
import type { Composition } from './composing.ts';
import { hasResized, isPanning, released } from './pointing.ts';
import { contains, type Point, toPicture, toWindow } from './viewport.ts';
import { currentScale, panBy, zoomTo } from './zooming.ts';

type Grip = 'pan' | 'subject' | 'logo' | 'brush' | 'click';

/** What lies under a point of the window. Pure. */
function gripAt(at: Point, frame: Rect, made: Composition, hasBackground: boolean): 'subject' | 'logo' | null {
  if (made.logo !== null && contains(toWindow(frame, made.logo), at)) return 'logo';
  if (hasBackground && made.scene.subject !== null && contains(toWindow(frame, made.scene.subject), at) && contains(frame, at))
    return 'subject';
  return null;
}

interface Scene {
  readonly photoId: string;
  readonly frame: Rect;
  readonly composition: Composition;
  readonly hasBackground: boolean;
  /** Whether the cut-out covers a place of the photo; null: not known yet. */
  readonly covers: (at: Place) => boolean | null;
}

interface Drag {
  readonly grip: Grip;
  readonly pointer: number;
  /** Where it began. */
  readonly from: Point;
  last: Point;
  /** How far it went altogether, in device pixels. */
  moved: number;
}

const OFFSET_LIMIT = 1;
const limited = (value: number): number => Math.min(OFFSET_LIMIT, Math.max(-OFFSET_LIMIT, value));
const fraction = (value: number): number => Math.min(1, Math.max(0, value));

interface Gestures {
  readonly grip: Grip | null;
  readonly hover: Grip | null;
  readonly drawing: BrushStroke | null;
  readonly handlers: {
    readonly onPointerDown: (event: PointerEvent<HTMLElement>) => void;
    readonly onPointerMove: (event: PointerEvent<HTMLElement>) => void;
    readonly onPointerUp: (event: PointerEvent<HTMLElement>) => void;
    readonly onPointerLeave: () => void;
    readonly onWheel: (event: WheelEvent<HTMLElement>) => void;
  };
}

/** The pointer on the canvas: handlers for it, and what it holds or would take hold of. `scene` null: nothing is shown. */
export function useGestures(scene: Scene | null, cursor: RefObject<HTMLDivElement | null>): Gestures {
  const drag = useRef<Drag | null>(null);
  const space = useSpaceKey();
  const [grip, setGrip] = useState<Grip | null>(null);
  const [hover, setHover] = useState<Grip | null>(null);
  const [drawing, setDrawing] = useState<BrushStroke | null>(null);

  const gripFor = (at: Point): Grip => {
    const { tool, before } = useCanvas.getState();
    if (scene === null || space.current || before) return 'pan';
    if (tool === 'brush' && scene.hasBackground) return 'brush';
    if (tool !== 'move' && scene.hasBackground) return 'click';
    return gripAt(at, scene.frame, scene.composition, scene.hasBackground) ?? 'pan';
  };
  const onPhoto = (at: Point): [number, number] => {
    const picture = toPicture(scene?.frame ?? { x: 0, y: 0, width: 1, height: 1 }, at);
    const point = scene === null ? picture : canvasToPhoto(scene.composition.scene, picture.x, picture.y);
    return [round(point.x), round(point.y)];
  };

  const onPointerDown = (event: PointerEvent<HTMLElement>) => {
    if (event.button > 1 || scene === null) return;
    const at = pointOf(event);
    const next = event.button === 1 ? 'pan' : gripFor(at);
    event.currentTarget.setPointerCapture(event.pointerId);
    drag.current = { grip: next, pointer: event.pointerId, from: at, last: at, moved: 0 };
    setGrip(next);
    if (next === 'brush') setDrawing(strokeFrom(onPhoto(at)));
  };

  const onPointerMove = (event: PointerEvent<HTMLElement>) => {
    const at = pointOf(event);
    moveCursor(cursor.current, event);
    const current = drag.current;
    if (current === null) {
      setHover(gripFor(at));
      return;
    }
    const by = { x: at.x - current.last.x, y: at.y - current.last.y };
    if (scene === null || (by.x === 0 && by.y === 0)) return;
    current.last = at;
    current.moved += Math.hypot(by.x, by.y);
    if (current.grip === 'pan' || (current.grip === 'click' && isPanning(current, onPhoto))) panBy(by);
    else if (current.grip === 'click') return;
    else if (current.grip === 'brush')
      setDrawing((stroke) => (stroke === null ? null : { ...stroke, points: [...stroke.points, onPhoto(at)] }));
    else dragOnCanvas(current.grip, { x: by.x / scene.frame.width, y: by.y / scene.frame.height }, scene);
  };

  const onPointerUp = (event: PointerEvent<HTMLElement>) => {
    if (drag.current?.pointer !== event.pointerId) return;
    if (drag.current.grip === 'brush' && drawing !== null && scene !== null) addStroke(scene.photoId, drawing);
    if (drag.current.grip === 'click' && scene !== null) released(scene, drag.current, onPhoto(pointOf(event)), event);
    drag.current = null;
    setDrawing(null);
    setGrip(null);
    endGesture();
  };

  const onWheel = (event: WheelEvent<HTMLElement>) => {
    if (scene !== null && hasResized(scene.photoId, onPhoto(pointOf(event)), event)) return;
    // A pinch arrives as a wheel with ctrlKey; two fingers on a trackpad pan with shift or sideways.
    if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY))
      panBy({ x: -event.deltaX - (event.shiftKey ? event.deltaY : 0), y: 0 });
    else zoomTo(currentScale() * Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.0016)), pointOf(event));
  };

  return { grip, hover, drawing, handlers: { onPointerDown, onPointerMove, onPointerUp, onPointerLeave: () => setHover(null), onWheel } };
}

/** In device pixels of the canvas. */
function pointOf(event: PointerEvent<HTMLElement> | WheelEvent<HTMLElement>): Point {
  const box = event.currentTarget.getBoundingClientRect();
  return { x: (event.clientX - box.left) * devicePixelRatio, y: (event.clientY - box.top) * devicePixelRatio };
}

/** Five digits are a hundredth of a pixel on the largest photo. */
const round = (value: number): number => Math.round(value * 100_000) / 100_000;

function dragOnCanvas(grip: 'subject' | 'logo', by: Point, scene: Scene): void {
  if (grip === 'subject') {
    // As the numbers in the panel do it: the others get the same offsets, and keep everything else.
    const { placement } = recipeOf(scene.photoId);
    const offsets = { offsetX: limited(placement.offsetX + by.x), offsetY: limited(placement.offsetY + by.y) };
    edit((recipe) => ({ ...recipe, placement: { ...recipe.placement, ...offsets } }), 'drag subject');
    return;
  }
  const { logo } = recipeOf(scene.photoId);
  const drawn = scene.composition.logo;
  if (logo === null || drawn === null) return;
  const from = logo.position.kind === 'free' ? logo.position : { x: drawn.x + drawn.width / 2, y: drawn.y + drawn.height / 2 };
  const position = { kind: 'free' as const, x: fraction(from.x + by.x), y: fraction(from.y + by.y) };
  edit((recipe) => (recipe.logo === null ? recipe : { ...recipe, logo: { ...recipe.logo, position } }), 'drag logo');
}

/** The ring that shows the brush follows the pointer without a render. */
function moveCursor(ring: HTMLDivElement | null, event: PointerEvent<HTMLElement>): void {
  if (ring === null) return;
  const box = event.currentTarget.getBoundingClientRect();
  ring.style.transform = `translate(${event.clientX - box.left}px, ${event.clientY - box.top}px) translate(-50%, -50%)`;
}

/** While the space bar is held, every drag pans. */
function useSpaceKey(): RefObject<boolean> {
  const held = useRef(false);
  useEffect(() => {
    const change = (event: KeyboardEvent) => {
      if (event.key !== ' ') return;
      const target = event.target;
      if (target instanceof HTMLTextAreaElement || target instanceof HTMLInputElement || target instanceof HTMLButtonElement) return;
      held.current = event.type === 'keydown';
      event.preventDefault();
    };
    window.addEventListener('keydown', change);
    window.addEventListener('keyup', change);
    return () => {
      window.removeEventListener('keydown', change);
      window.removeEventListener('keyup', change);
    };
  }, []);
  return held;
}
