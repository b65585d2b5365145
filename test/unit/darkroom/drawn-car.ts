/** A drawn car before a drawn street: flat colours with a little grain, so that every region is known exactly. */
import type { Raster } from '../../../electron/darkroom/files/raster.ts';

/** Red, green and blue as displayed. */
export type Colour = readonly [number, number, number];

/** The share of light that its panes let through. */
export const TRUE_TINT = 0.6;

/** In fractions of the photo. */
export const places = {
  /** The front of the side window: the street, seen through the car. */
  patch: [0.46, 0.38],
  /** The rear of it: a seat. */
  seat: [0.58, 0.4],
  paint: [0.5, 0.62],
  street: [0.05, 0.1],
  /** A sign that stands beside the car, not connected to it. */
  sign: [0.94, 0.5],
} as const;

/** What lies where, in fractions of the photo. */
export function shownAt(x: number, y: number): 'street' | 'paint' | 'patch' | 'seat' | 'frame' | 'sign' {
  if (x > 0.91 && x < 0.97 && y > 0.4 && y < 0.7) return 'sign';
  const body = x > 0.1 && x < 0.88 && y > 0.5 && y < 0.82;
  const cabin = y > 0.24 && y <= 0.5 && x > 0.3 - 0.2 * (y - 0.5) && x < 0.72 + 0.2 * (y - 0.5);
  if (!body && !cabin) return 'street';
  if (y > 0.29 && y < 0.47 && x > 0.42 && x < 0.66) {
    if (x > 0.51 && x < 0.525) return 'frame';
    return x < 0.51 ? 'patch' : 'seat';
  }
  return 'paint';
}

const STREET: Colour = [178, 190, 205];
/** What each of them looks like. */
export const colours: Readonly<Record<ReturnType<typeof shownAt>, Colour>> = {
  street: STREET,
  paint: [150, 32, 38],
  patch: [
    Math.round(STREET[0] * TRUE_TINT ** (1 / 2.2)),
    Math.round(STREET[1] * TRUE_TINT ** (1 / 2.2)),
    Math.round(STREET[2] * TRUE_TINT ** (1 / 2.2)),
  ],
  seat: [52, 48, 44],
  frame: [22, 22, 24],
  sign: [230, 200, 40],
};

/** The photo and the network's matte of it: the car is solid, panes and all, and so is the sign. @param changed what looks otherwise */
export function drawnCar(
  width: number,
  height: number,
  changed: Partial<typeof colours> = {},
): { readonly photo: Raster; readonly matte: Uint8Array } {
  const data = new Uint8Array(3 * width * height);
  const matte = new Uint8Array(width * height);
  const seen = { ...colours, ...changed };
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const here = shownAt((x + 0.5) / width, (y + 0.5) / height);
      const grain = ((Math.imul(x * 73 + y * 151, 2654435761) >>> 24) & 7) - 3;
      for (let c = 0; c < 3; c++) data[3 * i + c] = Math.min(255, Math.max(0, (seen[here][c] ?? 0) + grain));
      matte[i] = here === 'street' ? 0 : 255;
    }
  }
  return { photo: { data, width, height }, matte };
}
