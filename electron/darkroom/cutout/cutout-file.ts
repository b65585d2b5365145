/**
 * A cut-out as a file: the zones and the matte deflated, and behind them the edge values of the pixels near edges, bare (they are
 * noise to a compressor). A few megabytes per photo, read back in a few tens of milliseconds.
 *
 * Typed arrays are dense: an index inside them always holds a number (hence `as number`).
 */
import { promisify } from 'node:util';
import { deflateRaw, inflateRawSync } from 'node:zlib';
import { z } from 'zod';
import { ground as groundFacts } from '../../../shared/edit/ground.ts';
import { rect } from '../../../shared/edit/rect.ts';
import type { GlassLayer } from '../glass/layer.ts';
import type { Cutout } from './cutout.ts';

const compress = promisify(deflateRaw);

const HEADER = 16;
/** Four floats and six bytes. */
const PER_PIXEL = 22;

/** What stands in the file as text. */
const facts = z.object({
  subject: rect.nullable(),
  ground: groundFacts.nullable(),
  undecided: z.number(),
  /** Where the glass lies on the guide; its planes follow those of the cut-out. */
  glass: z.object({ left: z.int(), top: z.int(), width: z.int(), height: z.int() }).nullable(),
});

/** The bytes that `unpackCutout` reads. */
export async function packCutout({ width, height, zone, alpha, edges, subject, glass, ground, undecided }: Cutout): Promise<Buffer> {
  const near = known(edges.linear);
  const panes = glass === null ? [] : [glass.cover, glass.bright, glass.pane];
  const planes = await compress(Buffer.concat([zone, alpha, near, ...panes]), { level: 1 });
  const place = glass === null ? null : { left: glass.left, top: glass.top, width: glass.width, height: glass.height };
  const said = Buffer.from(JSON.stringify({ subject, ground, undecided, glass: place } satisfies z.infer<typeof facts>));
  const count = near.reduce((sum, value) => sum + value, 0);
  const linear = new Float32Array(4 * count);
  const sides = new Uint8Array(6 * count);
  for (let i = 0, n = 0; i < near.length; i++) {
    if (near[i] === 0) continue;
    linear.set(edges.linear.subarray(4 * i, 4 * i + 4), 4 * n);
    sides.set(edges.sides.subarray(6 * i, 6 * i + 6), 6 * n);
    n++;
  }
  const header = Buffer.alloc(HEADER);
  header.writeUInt32LE(width, 0);
  header.writeUInt32LE(height, 4);
  header.writeUInt32LE(said.length, 8);
  header.writeUInt32LE(planes.length, 12);
  return Buffer.concat([header, said, planes, Buffer.from(linear.buffer), sides]);
}

/** @throws when the file is not one of ours, or ends early */
export function unpackCutout(file: Buffer): Cutout {
  const [width, height] = [file.readUInt32LE(0), file.readUInt32LE(4)];
  const [factsLength, planesLength] = [file.readUInt32LE(8), file.readUInt32LE(12)];
  const area = width * height;
  const size = { width: Math.ceil(width / 2), height: Math.ceil(height / 2) };
  const planesAt = HEADER + factsLength;
  const { subject, glass, ground, undecided } = facts.parse(JSON.parse(file.toString('utf8', HEADER, planesAt)));
  const planes = inflateRawSync(file.subarray(planesAt, planesAt + planesLength));
  const glassAt = 2 * area + size.width * size.height;
  const near = planes.subarray(2 * area, glassAt);
  const paneArea = glass === null ? 0 : glass.width * glass.height;
  if (planes.length !== glassAt + 3 * paneArea) throw new Error('the cut-out has another size');
  const count = near.reduce((sum, value) => sum + value, 0);
  const start = planesAt + planesLength;
  if (file.length !== start + PER_PIXEL * count) throw new Error('the cut-out ends early');
  const packed = new Float32Array(4 * count);
  Buffer.from(packed.buffer).set(file.subarray(start, start + 16 * count));
  const linear = new Float32Array(4 * near.length);
  const sides = new Uint8Array(6 * near.length);
  for (let i = 0, n = 0; i < near.length; i++) {
    if (near[i] === 0) continue;
    linear.set(packed.subarray(4 * n, 4 * n + 4), 4 * i);
    const from = start + 16 * count + 6 * n;
    sides.set(file.subarray(from, from + 6), 6 * i);
    n++;
  }
  return {
    width,
    height,
    zone: new Uint8Array(planes.subarray(0, area)),
    alpha: new Uint8Array(planes.subarray(area, 2 * area)),
    edges: { ...size, linear, sides },
    subject,
    ground,
    undecided,
    glass: glass === null ? null : { ...glass, guide: { width, height }, ...panesOf(planes.subarray(glassAt), paneArea) },
  };
}

const panesOf = (planes: Buffer, area: number): Pick<GlassLayer, 'cover' | 'bright' | 'pane'> => ({
  cover: new Uint8Array(planes.subarray(0, area)),
  bright: new Uint8Array(planes.subarray(area, 2 * area)),
  pane: new Uint8Array(planes.subarray(2 * area, 3 * area)),
});

/** 1 where anything is known of an edge. */
function known(linear: Float32Array): Uint8Array {
  const near = new Uint8Array(linear.length / 4);
  for (let i = 0; i < near.length; i++) {
    if (linear[4 * i] !== 0 || linear[4 * i + 1] !== 0 || linear[4 * i + 2] !== 0 || linear[4 * i + 3] !== 0) near[i] = 1;
  }
  return near;
}
