/**
 * A cut-out as a file: the zones and the matte deflated, and behind them the edge values of the pixels near edges, bare (they are
 * noise to a compressor). A few megabytes per photo, read back in a few tens of milliseconds.
 *
 * Typed arrays are dense: an index inside them always holds a number (hence `as number`).
 */
import { promisify } from 'node:util';
import { deflateRaw, inflateRawSync } from 'node:zlib';
import type { Rect } from '../../shared/ipc/library.ts';
import type { Cutout } from './cutout.ts';
import { EDGE } from './zones.ts';

const compress = promisify(deflateRaw);

const HEADER = 16;

export async function packCutout(cutout: Cutout): Promise<Buffer> {
  const { width, height, zone, alpha, linear, sides } = cutout;
  const near = nearEdges(cutout);
  const planes = await compress(Buffer.concat([zone, alpha]), { level: 1 });
  const facts = Buffer.from(JSON.stringify(cutout.subject));
  const functions = new Float32Array(near.length * 4);
  const colours = new Uint8Array(near.length * 6);
  for (const [n, i] of near.entries()) {
    functions.set(linear.subarray(4 * i, 4 * i + 4), 4 * n);
    colours.set(sides.subarray(6 * i, 6 * i + 6), 6 * n);
  }
  const header = Buffer.alloc(HEADER);
  header.writeUInt32LE(width, 0);
  header.writeUInt32LE(height, 4);
  header.writeUInt32LE(facts.length, 8);
  header.writeUInt32LE(planes.length, 12);
  return Buffer.concat([header, facts, planes, Buffer.from(functions.buffer), colours]);
}

/** @throws when the file is not one of ours, or ends early */
export function unpackCutout(file: Buffer): Cutout {
  const [width, height] = [file.readUInt32LE(0), file.readUInt32LE(4)];
  const [factsLength, planesLength] = [file.readUInt32LE(8), file.readUInt32LE(12)];
  const area = width * height;
  const planesAt = HEADER + factsLength;
  // Written by packCutout above.
  const subject = JSON.parse(file.toString('utf8', HEADER, planesAt)) as Rect | null;
  const planes = inflateRawSync(file.subarray(planesAt, planesAt + planesLength));
  if (planes.length !== 2 * area) throw new Error('the cut-out has another size');
  const zone = new Uint8Array(planes.subarray(0, area));
  const alpha = new Uint8Array(planes.subarray(area));
  const linear = new Float32Array(area * 4);
  const sides = new Uint8Array(area * 6);
  for (let i = 0; i < area; i++) if (zone[i] !== EDGE) linear[4 * i + 3] = zone[i] as number;
  const near = nearEdges({ zone, width, height });
  const start = planesAt + planesLength;
  const end = start + near.length * 16;
  if (file.length !== end + near.length * 6) throw new Error('the cut-out ends early');
  const functions = new Float32Array(near.length * 4);
  Buffer.from(functions.buffer).set(file.subarray(start, end));
  for (const [n, i] of near.entries()) {
    for (let c = 0; c < 4; c++) linear[4 * i + c] = functions[4 * n + c] as number;
    for (let c = 0; c < 6; c++) sides[6 * i + c] = file[end + 6 * n + c] as number;
  }
  return { width, height, zone, alpha, linear, sides, subject };
}

/** Edges and the pixels next to them: what is between an edge and its neighbour is mixed from both. */
function nearEdges({ zone, width, height }: { readonly zone: Uint8Array; readonly width: number; readonly height: number }): Uint32Array {
  const near = new Uint8Array(zone.length);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if (zone[i] !== EDGE) continue;
      const [left, right] = [Math.max(0, x - 1), Math.min(width - 1, x + 1)];
      for (let n = Math.max(0, y - 1); n <= Math.min(height - 1, y + 1); n++) near.fill(1, n * width + left, n * width + right + 1);
    }
  }
  const out = new Uint32Array(near.reduce((sum, value) => sum + value, 0));
  let count = 0;
  for (let i = 0; i < near.length; i++) if (near[i] === 1) out[count++] = i;
  return out;
}
