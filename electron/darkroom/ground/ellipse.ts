/** A wheel in a picture: the ellipse of its rim, or of the tyre around it. Its long axis stands upright, or nearly so. */
export interface Ellipse {
  /** The hub, in pixels; y grows downwards. */
  readonly x: number;
  readonly y: number;
  /** Horizontal half axis over the vertical one, 0..1: 1 is seen from the side. */
  readonly aspect: number;
  /** Half the height, in pixels. */
  readonly radius: number;
  /** How far its lower end lies to the right of the hub, over half the height: wheels near a wide lens lean. */
  readonly lean: number;
}

/** Outer radius of a tyre over that of its rim: mean of the wheels that were measured (1.20 to 1.30). */
export const TYRE_OVER_RIM = 1.28;

/** Half the width, in pixels. */
export const halfWidth = ({ aspect, radius, lean }: Ellipse): number => radius * Math.hypot(aspect, lean);

/** The lower end of an ellipse at a column; null beside it. */
export function lowerEdge({ x, y, aspect, radius, lean }: Ellipse, column: number): number | null {
  const dx = column - x;
  const shear = lean / (aspect * aspect);
  const a = 1 + lean * shear;
  const inside = dx * dx * shear * shear - a * ((dx * dx) / (aspect * aspect) - radius * radius);
  return inside < 0 ? null : y + (dx * shear + Math.sqrt(inside)) / a;
}
