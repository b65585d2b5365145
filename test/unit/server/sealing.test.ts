import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { Vault } from '../../../server/identity/vault.ts';
import { fileKey, newFileKey, openSegment, resealed, sealSegment } from '../../../server/uploads/sealing.ts';

const [one, two] = [randomBytes(32), randomBytes(32)];
const PLACE = { uploadId: 'upl_1', startsAt: 0 };

test('a segment opens in its own place of its own file only, and not when a bit of it changed', () => {
  const plain = randomBytes(1_000);
  const stored = sealSegment(one, PLACE, plain);
  expect(openSegment(one, PLACE, stored).equals(plain)).toBe(true);
  expect(stored.includes(plain.subarray(0, 16))).toBe(false);
  for (const place of [
    { ...PLACE, startsAt: 1 },
    { ...PLACE, uploadId: 'upl_2' },
  ])
    expect(() => openSegment(one, place, stored)).toThrow();
  expect(() => openSegment(two, PLACE, stored)).toThrow();
  expect(() => openSegment(one, PLACE, stored.subarray(0, -1))).toThrow();
  stored[20] = (stored[20] ?? 0) ^ 1;
  expect(() => openSegment(one, PLACE, stored)).toThrow();
});

test('a file’s key opens with the vault that sealed it, for its own file, and is the same after it was sealed anew', () => {
  const [before, after] = [new Vault([one]), new Vault([two, one])];
  const sealed = newFileKey(before, 'upl_1');
  const key = fileKey(before, 'upl_1', sealed);
  expect(key).toHaveLength(32);
  expect(fileKey(before, 'upl_2', sealed)).toBeNull();
  const anew = resealed(after, 'upl_1', sealed) ?? '';
  expect([after.isCurrent(sealed), after.isCurrent(anew)]).toEqual([false, true]);
  expect(fileKey(new Vault([two]), 'upl_1', anew)).toEqual(key);
  expect(resealed(new Vault([two]), 'upl_1', sealed)).toBeNull();
});
