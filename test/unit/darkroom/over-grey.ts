/** A cut-out over one grey, as the export lays it: no shadow, no logo, where it was photographed. */
import { lay } from '../../../electron/darkroom/compose/compose.ts';
import type { Cutout } from '../../../electron/darkroom/cutout/cutout.ts';
import { type Raster, WHOLE } from '../../../electron/darkroom/files/raster.ts';
import { displayShare } from '../../../electron/darkroom/glass/layer.ts';

/** @param grey 0..255. @param tint the share of light that its glass lets through */
export function overGrey(grey: number, photo: Raster, { width, height, zone, edges, glass }: Cutout, tint: number): Raster {
  const canvas = { data: new Uint8Array(3 * width * height).fill(grey), width, height };
  const layers = {
    shadow: null,
    photo: { picture: photo, part: WHOLE, x: 0, y: 0 },
    outline: { width, height, zone, edges },
    glass: glass === null ? null : { layer: glass, through: displayShare(tint) },
    logo: null,
  };
  lay(canvas, layers, { from: 0, to: height });
  return canvas;
}
