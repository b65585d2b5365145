/** Edges and colours: the guided filter, the box means under it, foreground colours, zones, and developing at other sizes. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeCutout } from '../../../electron/darkroom/cutout/cutout.ts';
import { packCutout, unpackCutout } from '../../../electron/darkroom/cutout/cutout-file.ts';
import { develop } from '../../../electron/darkroom/cutout/develop.ts';
import { type Raster, WHOLE } from '../../../electron/darkroom/files/raster.ts';
import { boxMean, boxMeanOfProduct } from '../../../electron/darkroom/filters/box-filter.ts';
import { guidedFilter } from '../../../electron/darkroom/filters/guided-filter.ts';
import { TileMemory } from '../../../electron/darkroom/filters/scratch-memory.ts';
import { EDGE, INSIDE, OUTSIDE } from '../../../electron/darkroom/filters/zones.ts';
import type { Ground } from '../../../shared/edit/ground.ts';
import { runs } from '../../runs.ts';

const plane = (width: number, height: number, at: (x: number, y: number) => number): Float32Array =>
  Float32Array.from({ length: width * height }, (_, i) => at(i % width, Math.floor(i / width)));

describe('box means', () => {
  test('are the means over the window, cut off at the rim, whatever the size and radius', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 14 }),
        fc.integer(),
        (width, height, radius, seed) => {
          const values = plane(width, height, (x, y) => ((Math.imul(x * 73 + y * 151 + seed, 2654435761) >>> 16) & 255) / 255);
          const out = new Float32Array(values.length);
          const square = new Float32Array(values.length);
          boxMean(values, { size: { width, height }, radius }, out);
          boxMeanOfProduct(values, values, { size: { width, height }, radius, bench: new TileMemory() }, square);
          for (let y = 0; y < height; y++) {
            for (let x = 0; x < width; x++) {
              let [sum, squares, count] = [0, 0, 0];
              for (let v = Math.max(0, y - radius); v <= Math.min(height - 1, y + radius); v++) {
                for (let u = Math.max(0, x - radius); u <= Math.min(width - 1, x + radius); u++) {
                  const value = values[v * width + u] ?? 0;
                  sum += value;
                  squares += value * value;
                  count++;
                }
              }
              expect(out[y * width + x]).toBeCloseTo(sum / count, 4);
              expect(square[y * width + x]).toBeCloseTo(squares / count, 4);
            }
          }
        },
      ),
      { numRuns: runs(60) },
    );
  });
});

describe('the guided filter', () => {
  test('gives a blurred matte back the sharp edge of its guide', () => {
    const size = { width: 64, height: 32 };
    const step = plane(64, 32, (x) => (x < 32 ? 0.2 : 0.8));
    const blurred = plane(64, 32, (x) => Math.min(1, Math.max(0, (x - 26) / 12)));
    const [r, g, b, c] = guidedFilter([step, step, step], blurred, { size, radius: 8, epsilon: 1e-5, bench: new TileMemory() }).planes;
    const alpha = (x: number): number => {
      const i = 16 * 64 + x;
      const value = step[i] ?? 0;
      return (r[i] ?? 0) * value + (g[i] ?? 0) * value + (b[i] ?? 0) * value + (c[i] ?? 0);
    };
    expect(alpha(32) - alpha(31)).toBeGreaterThan(0.55);
  });
});

/** A red disc with a soft rim on blue, and its matte; rendered at any size. */
function disc(side: number): { picture: Raster; matte: Uint8Array } {
  const data = new Uint8Array(side * side * 3);
  const matte = new Uint8Array(side * side);
  for (let i = 0; i < side * side; i++) {
    const x = ((i % side) + 0.5) / side - 0.5;
    const y = (Math.floor(i / side) + 0.5) / side - 0.5;
    const a = Math.min(1, Math.max(0, (0.3 - Math.hypot(x, y)) * 200 + 0.5));
    matte[i] = Math.round(255 * a);
    data.set([Math.round(220 * a + 20 * (1 - a)), 40, Math.round(30 * a + 200 * (1 - a))], 3 * i);
  }
  return { picture: { data, width: side, height: side }, matte };
}

const blurredMatte = (side: number): Uint8Array => {
  const out = new Float32Array(side * side);
  boxMean(Float32Array.from(disc(side).matte), { size: { width: side, height: side }, radius: 3 }, out);
  return Uint8Array.from(out, Math.round);
};

function developed(cutout: ReturnType<typeof makeCutout>, picture: Raster): { alpha: Float32Array; fore: Float32Array } {
  const alpha = new Float32Array(picture.width * picture.height);
  const fore = new Float32Array(alpha.length * 3);
  develop(cutout, picture, WHOLE, {
    inside: (y, x, end) => void alpha.fill(1, y * picture.width + x, y * picture.width + end),
    edge(y, x, { alpha: a, r, g, b }) {
      alpha[y * picture.width + x] = a;
      fore.set([r, g, b], 3 * (y * picture.width + x));
    },
  });
  return { alpha, fore };
}

describe('a cut-out', () => {
  const guide = disc(240);
  const cutout = makeCutout(guide.picture, blurredMatte(240), []);

  test('knows inside, outside and edges, and where the subject is', () => {
    expect(cutout.zone[120 * 240 + 120]).toBe(INSIDE);
    expect(cutout.zone[5 * 240 + 5]).toBe(OUTSIDE);
    expect(cutout.zone[120 * 240 + 48]).toBe(EDGE);
    for (const value of Object.values(cutout.subject ?? {}))
      expect(Math.min(Math.abs(value - 0.2), Math.abs(value - 0.6))).toBeLessThan(0.01);
  });

  test.each([120, 240, 960])('developed at %i pixels it fits the truth of that size, without the old colour', (side) => {
    const truth = disc(side);
    const { alpha, fore } = developed(cutout, truth.picture);
    let [error, blue, edges] = [0, 0, 0];
    for (let i = 0; i < alpha.length; i++) {
      const a = alpha[i] ?? 0;
      error += Math.abs(a - (truth.matte[i] ?? 0) / 255);
      if (a < 0.3 || a > 0.9) continue;
      edges++;
      blue += Math.max(0, (fore[3 * i + 2] ?? 0) - 30);
    }
    expect(error / alpha.length).toBeLessThan(0.004);
    expect(edges).toBeGreaterThan(side / 4);
    expect(blue / edges).toBeLessThan(14);
  });

  test('an edge that colour says nothing about stays where the network drew it, and gets narrower', () => {
    const [width, height] = [1536, 40];
    // The same even grey on both sides, so that nothing but the network tells them apart.
    const data = new Uint8Array(3 * width * height).fill(120);
    const ramp = Uint8Array.from({ length: width * height }, (_, i) => 255 * Math.min(1, Math.max(0, (771 - (i % width)) / 6)));
    const { alpha } = makeCutout({ data, width, height }, ramp, []);
    const row = (of: Uint8Array): number[] => [...of.subarray(20 * width, 21 * width)].map((value) => value / 255);
    const softness = (of: Uint8Array): number => row(of).reduce((sum, value) => sum + 4 * value * (1 - value), 0);
    const covered = (of: Uint8Array): number => row(of).reduce((sum, value) => sum + value, 0);
    expect(softness(alpha)).toBeLessThan(0.6 * softness(ramp));
    expect(Math.abs(covered(alpha) - covered(ramp))).toBeLessThan(0.5);
  });

  test('survives being written and read, with the ground that it stands on', async () => {
    const wheel = { at: [0.2, 0.7], halfAxes: [0.05, 0.1], lean: 0.02 } satisfies Ground['wheels'][number];
    const corners = [
      [0.2, 0.8],
      [0.7, 0.8],
      [0.8, 0.7],
      [0.3, 0.7],
    ] satisfies Ground['contacts'];
    const ground: Ground = {
      wheels: [wheel, wheel],
      standing: 'sure',
      score: 7.1,
      camera: { horizon: 0.2, eyeMetres: 1.4, focal: 1.3 },
      contacts: corners,
      footprint: corners,
      shadowRemoved: true,
    };
    const again = unpackCutout(await packCutout({ ...cutout, ground }));
    expect(again.subject).toEqual(cutout.subject);
    expect(again.ground).toEqual(ground);
    expect(Buffer.from(again.alpha).equals(Buffer.from(cutout.alpha))).toBe(true);
    const [a, b] = [developed(cutout, disc(480).picture), developed(again, disc(480).picture)];
    expect(a.alpha).toEqual(b.alpha);
    expect(a.fore).toEqual(b.fore);
  });

  test('a file that ends early is refused', async () => {
    const file = await packCutout(cutout);
    expect(() => unpackCutout(file.subarray(0, file.length - 7))).toThrow('ends early');
  });

  test('strokes add and take away', () => {
    const strokes = [
      { mode: 'keep' as const, radius: 0.05, hardness: 1, points: [[0.1, 0.1] as [number, number]] },
      { mode: 'erase' as const, radius: 0.05, hardness: 1, points: [[0.5, 0.5] as [number, number]] },
    ];
    const brushed = makeCutout(guide.picture, blurredMatte(240), strokes);
    expect(brushed.alpha[24 * 240 + 24]).toBe(255);
    expect(brushed.alpha[120 * 240 + 120]).toBe(0);
    expect(brushed.alpha[120 * 240 + 80]).toBe(255);
  });

  test('of nothing has no subject', () => {
    expect(makeCutout(guide.picture, new Uint8Array(240 * 240), []).subject).toBeNull();
  });
});
