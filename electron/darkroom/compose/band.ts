/** A thread of the darkroom: works on its rows of a canvas, one request after the other. */
import { parentPort } from 'node:worker_threads';
import { paintBackdrop } from '../../../shared/edit/backdrops/backdrop.ts';
import type { BandRequest, BandWork, Overlay } from './bands.ts';
import { layClear } from './clear.ts';
import { lay } from './compose.ts';

/** What lies on the pictures that are being laid together, until they are done. */
const overlays = new Map<number, Overlay>();

function run(work: Exclude<BandWork, { kind: 'forget' }>): void {
  const { canvas, rows } = work;
  if (work.kind === 'paint') {
    const { data, width, top } = canvas;
    // Painted in 8 bits: the message comes from bands.ts, whose `paint` says so.
    const pixels = (data as Uint8Array).subarray(3 * width * (rows.from - top), 3 * width * (rows.to - top));
    paintBackdrop(work.spec, canvas, { pixels, channels: 3, ...rows });
    return;
  }
  const overlay = work.overlay ?? overlays.get(work.picture);
  if (overlay === undefined) throw new Error(`nobody said what lies on picture ${work.picture}`);
  overlays.set(work.picture, overlay);
  const layers = { ...overlay, photo: work.photo };
  if (work.kind === 'lay') lay(canvas, layers, rows);
  else layClear(canvas, layers, rows);
}

parentPort?.on('message', ({ id, work }: BandRequest) => {
  if (work.kind === 'forget') {
    overlays.delete(work.picture);
    return;
  }
  run(work);
  parentPort?.postMessage(id);
});
