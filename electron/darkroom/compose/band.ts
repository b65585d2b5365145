/** A thread of the darkroom: works on its rows of a canvas, one request after the other. */
import { parentPort } from 'node:worker_threads';
import { paintBackdrop } from '../../../shared/edit/backdrops/backdrop.ts';
import type { BandRequest, BandWork } from './bands.ts';
import { layClear } from './clear.ts';
import { lay } from './compose.ts';

function run(work: BandWork): void {
  const { rows } = work;
  if (work.kind === 'lay') {
    lay(work.canvas, work.layers, rows);
    return;
  }
  if (work.kind === 'lay-clear') {
    layClear(work.canvas, work.layers, rows);
    return;
  }
  const { canvas } = work;
  const { data, width } = canvas;
  // Painted in 8 bits: the message comes from bands.ts, whose `paint` says so.
  const pixels = (data as Uint8Array).subarray(3 * width * rows.from, 3 * width * rows.to);
  paintBackdrop(work.spec, canvas, { pixels, channels: 3, ...rows });
}

parentPort?.on('message', ({ id, work }: BandRequest) => {
  run(work);
  parentPort?.postMessage(id);
});
