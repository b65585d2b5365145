/** A thread of the darkroom: works on its rows of a canvas, or helps with edges, one request after the other. */
import { parentPort } from 'node:worker_threads';
import { paintBackdrop, type Rows } from '../../../shared/edit/backdrops/backdrop.ts';
import { helpWithEdges } from '../cutout/edge-threads.ts';
import { readLent, writeLent } from '../files/row-file.ts';
import { StripMemory, stripsOf } from '../files/strips.ts';
import { calmPanes } from '../glass/layer.ts';
import { systemCode } from '../problems.ts';
import type { BandAnswer, BandRequest, CanvasWork, LayingWork } from './bands.ts';
import { layClear } from './clear.ts';
import { lay, type PlacedPhoto } from './compose.ts';

const ofCanvas = new StripMemory();
const ofPhoto = new StripMemory();

function draw(work: CanvasWork): void {
  const { canvas } = work;
  for (const rows of stripsOf(canvas.shape, work.rows)) {
    const strip = ofCanvas.take(canvas.shape, rows);
    if (work.kind === 'paint') {
      // Painted in 8 bits: the message comes from bands.ts, whose `paint` says so.
      paintBackdrop(work.spec, canvas.shape, { pixels: strip.data as Uint8Array, channels: 3, ...rows });
    } else if (canvas.shape.channels === 4) {
      strip.data.fill(0);
      layClear(strip, { ...work.laying.overlay, photo: seenAt(work.laying, rows) }, rows);
    } else {
      readLent(canvas, rows, strip.data);
      lay(strip, { ...work.laying.overlay, photo: seenAt(work.laying, rows) }, rows);
    }
    writeLent(canvas, rows, strip.data);
  }
}

/** The rows of the photo that lie on these rows of the canvas, and one more on either side for edges to look at. */
function seenAt({ photo: { file, part, x, y }, overlay: { glass }, calm }: LayingWork, { from, to }: Rows): PlacedPhoto {
  const { height } = file.shape;
  const first = Math.min(height, Math.max(0, from - y - 1));
  const rows = { from: first, to: Math.max(first, Math.min(height, to - y + 1)) };
  const picture = ofPhoto.take(file.shape, rows);
  readLent(file, rows, picture.data);
  if (calm && glass !== null) calmPanes(glass.layer, { picture, part, rows });
  return { picture, part, x, y };
}

function answerTo({ id, work }: BandRequest): BandAnswer {
  try {
    if (work.kind === 'edges') helpWithEdges(work.call);
    else draw(work);
    return { id, failed: null };
  } catch (error) {
    return { id, failed: { message: error instanceof Error ? error.message : String(error), code: systemCode(error) } };
  }
}

parentPort?.on('message', (request: BandRequest) => parentPort?.postMessage(answerTo(request)));
