/** What a WebP takes, and what is said of it before it is paid for. */
import { expect, test } from 'vitest';
import { halvesColourWithCare, largeWebpSaid, webpMemory } from '../../../shared/edit/webp.ts';

const phone = { width: 4000, height: 3000 };
const full = { width: 6000, height: 4000 };
const backs = { width: 12_000, height: 8000 };

test.each([
  [95, phone, true],
  [90, full, true],
  [89, phone, false],
  [95, { width: 8000, height: 4000 }, true],
  [95, { width: 8001, height: 4000 }, false],
  [100, backs, false],
])('quality %i of %o: colour is halved with care: %s', (quality, size, withCare) => {
  expect(halvesColourWithCare(quality, size)).toBe(withCare);
});

test('an opaque one stays below 0.6 GB up to a hundred megapixels, whatever its quality', () => {
  for (const size of [phone, full, backs]) for (const quality of [80, 92]) expect(webpMemory(quality, size, false)).toBeLessThan(0.6e9);
});

test.each([
  ['webp', backs, true, 'Writing a WebP this large takes about 1.9 GB of memory; a PNG takes little.'],
  ['webp', { width: 16_000, height: 12_000 }, false, 'Writing a WebP this large takes about 1.2 GB of memory; a JPEG takes little.'],
  ['webp', full, true, null],
  ['webp', backs, false, null],
  ['png', backs, true, null],
] as const)('%s of %o, transparent %s: %s', (format, size, clear, said) => {
  expect(largeWebpSaid({ format, quality: 92 }, size, clear)).toBe(said);
});
