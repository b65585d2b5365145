/** The three placements: where the subject stands before and after what the user does to it. In pixels of the canvas. */
import { type Cut, coveringScale, onEdge } from './cut-off.ts';
import type { Placement } from './recipe.ts';
import type { Size } from './rect.ts';

/** How far in front of the wall a subject stands: 0 at the wall, 1 at the canvas' lower edge. */
const FLOOR_DEPTH = 0.62;
/** Where a subject stands when the background's horizon is unknown. */
const FLOOR_UNKNOWN = 0.86;
/** Free space around a fitted subject, over the canvas' shorter side. */
const FIT_MARGIN = 0.1;
/** Free space at the sides of a subject that stands on a floor, over the canvas' shorter side. */
const FLOOR_SIDE_MARGIN = 0.13;
/** Free space above it. */
const FLOOR_TOP_MARGIN = 0.1;
/** What `keep` leaves around a subject that would not fit into another shape of canvas, over the canvas' shorter side. */
const KEEP_MARGIN = 0.04;

/** What a placement is reckoned from. */
export interface Ground {
  readonly canvas: Size;
  readonly photo: Size;
  /** The subject in pixels of the photo. */
  readonly box: { readonly left: number; readonly top: number; readonly width: number; readonly height: number };
  readonly cut: Cut;
  readonly horizon: number | null;
}

/** The photo's top left corner on the canvas, and canvas pixels per photo pixel. */
export interface Base {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

/** Each placement's own, before the user moves anything. */
export const BASE: Readonly<Record<Placement['mode'], (ground: Ground) => Base>> = { keep, fit, floor };

/**
 * What the user does to a base: the subject grows from where it stands, from its middle when it floats, or from the side that is cut off; then it is
 * moved. Opposite cut sides stay on both edges.
 */
export function moved(
  base: Base,
  { canvas, photo, box, cut }: Omit<Ground, 'horizon'>,
  { mode, scale: wanted, offsetX, offsetY }: Placement,
): Base {
  const scale = Math.max(base.scale * wanted, coveringScale(cut, canvas, photo));
  const pivotX = onEdge({ start: box.left + box.width / 2, reach: 0, canvas: photo.width }, cut.left, cut.right);
  const standing = box.top + (mode === 'fit' ? box.height / 2 : box.height);
  const pivotY = onEdge({ start: standing, reach: 0, canvas: photo.height }, cut.top, cut.bottom);
  return {
    scale,
    x: base.x + pivotX * (base.scale - scale) + offsetX * canvas.width,
    y: base.y + pivotY * (base.scale - scale) + offsetY * canvas.height,
  };
}

/** The free space that a direction keeps: none where the subject is cut off. */
const margins = (margin: number, near: boolean, far: boolean): number => (near ? 0 : margin) + (far ? 0 : margin);

/** The photo as it was framed; in another shape of canvas, moved and if need be reduced until the subject is inside. */
function keep({ canvas, photo, box, cut }: Ground): Base {
  const longest = Math.max(canvas.width, canvas.height) / Math.max(photo.width, photo.height);
  const sameShape = Math.abs(photo.width * longest - canvas.width) <= 0.5 && Math.abs(photo.height * longest - canvas.height) <= 0.5;
  if (sameShape) return { x: 0, y: 0, scale: longest };
  const margin = KEEP_MARGIN * Math.min(canvas.width, canvas.height);
  const inside = Math.min(
    longest,
    (canvas.width - margins(margin, cut.left, cut.right)) / box.width,
    (canvas.height - margins(margin, cut.top, cut.bottom)) / box.height,
  );
  const scale = Math.max(inside, coveringScale(cut, canvas, photo));
  const across = { canvas: canvas.width, reach: photo.width * scale, start: box.left * scale, length: box.width * scale };
  const down = { canvas: canvas.height, reach: photo.height * scale, start: box.top * scale, length: box.height * scale };
  return {
    x: onEdge({ ...across, start: keptAlong(across, margin) }, cut.left, cut.right),
    y: onEdge({ ...down, start: keptAlong(down, margin) }, cut.top, cut.bottom),
    scale,
  };
}

/** One direction of a ground, in pixels of the canvas. */
interface Direction {
  readonly canvas: number;
  /** How long the photo is. */
  readonly reach: number;
  /** Where the subject begins in the photo, and how long it is. */
  readonly start: number;
  readonly length: number;
}

/** Where the photo begins on the canvas: in the middle, or as far from it as the subject needs to be inside. */
function keptAlong({ canvas, reach, start, length }: Direction, margin: number): number {
  const centred = (canvas - reach) / 2;
  const first = margin - start;
  const last = canvas - margin - (start + length);
  return Math.min(Math.max(centred, Math.min(first, last)), Math.max(first, last));
}

/** The subject in the middle, with the same margin all around it at its tightest side. */
function fit({ canvas, photo, box, cut }: Ground): Base {
  const margin = FIT_MARGIN * Math.min(canvas.width, canvas.height);
  const inside = Math.min(
    (canvas.width - margins(margin, cut.left, cut.right)) / box.width,
    (canvas.height - margins(margin, cut.top, cut.bottom)) / box.height,
  );
  const scale = Math.max(inside, coveringScale(cut, canvas, photo));
  return {
    x: acrossMiddle({ canvas, photo, box, cut }, scale),
    y: cut.bottom
      ? cutBelow({ canvas, photo, box, cut }, scale, margin)
      : onEdge(
          { start: canvas.height / 2 - (box.top + box.height / 2) * scale, reach: photo.height * scale, canvas: canvas.height },
          cut.top,
          false,
        ),
    scale,
  };
}

/** The subject stands on the floor, as large as the space above that line and between the sides allows. */
function floor({ canvas, photo, box, cut, horizon }: Ground): Base {
  const short = Math.min(canvas.width, canvas.height);
  const line = cut.bottom ? canvas.height : canvas.height * standingLine(horizon);
  const above = FLOOR_TOP_MARGIN * short;
  const inside = Math.min(
    (canvas.width - margins(FLOOR_SIDE_MARGIN * short, cut.left, cut.right)) / box.width,
    Math.max(1, line - (cut.top ? 0 : above)) / box.height,
  );
  const scale = Math.max(inside, coveringScale(cut, canvas, photo));
  return {
    x: acrossMiddle({ canvas, photo, box, cut }, scale),
    y: cut.bottom
      ? cutBelow({ canvas, photo, box, cut }, scale, above)
      : onEdge({ start: line - (box.top + box.height) * scale, reach: photo.height * scale, canvas: canvas.height }, cut.top, false),
    scale,
  };
}

/** The subject's middle on the canvas' middle, or its cut side on the edge. */
const acrossMiddle = ({ canvas, photo, box, cut }: Omit<Ground, 'horizon'>, scale: number): number =>
  onEdge(
    { start: canvas.width / 2 - (box.left + box.width / 2) * scale, reach: photo.width * scale, canvas: canvas.width },
    cut.left,
    cut.right,
  );

/** The cut lower side on the canvas' edge; of a subject that is taller than the canvas, what is on top is seen. */
const cutBelow = ({ canvas, photo, box, cut }: Omit<Ground, 'horizon'>, scale: number, margin: number): number =>
  cut.top ? (canvas.height - photo.height * scale) / 2 : Math.max(canvas.height - photo.height * scale, margin - box.top * scale);

/** Where a subject stands on a backdrop: fraction of the canvas from the top, for a horizon as in SceneInput. */
export function standingLine(horizon: number | null): number {
  if (horizon === null) return FLOOR_UNKNOWN;
  const wall = Math.min(Math.max(horizon, 0), 1);
  return Math.min(0.94, wall + (1 - wall) * FLOOR_DEPTH);
}
