/** Fingerprints tell whether an operation id comes with the same request again. */
import { describe, expect, test } from 'vitest';
import { FINGERPRINT_LENGTH, fingerprints, olderFingerprint } from '../../../server/ledger/fingerprint.ts';

const paper = () => ({ background: { kind: 'built-in', id: 'paper', colour: '#e8e6e1' }, logo: null });
const apply = (opId: string, photo: string, recipe: object = paper()) => ({ opId, kind: 'apply', photo, recipe });

/** As a request of its own would have it. */
const alone = (operation: { opId: string; photo?: string }): string => fingerprints()(operation);

describe('a fingerprint', () => {
  test('is the same for the same request under another id, alone or in whatever batch', () => {
    const printOf = fingerprints();
    const asked = [apply('1', 'a'), apply('2', 'b'), apply('3', 'b', { background: 'wall' }), apply('4', 'a')];
    const prints = asked.map(printOf);
    expect(prints).toEqual(asked.map(alone));
    expect(prints[0]).toBe(prints[3]);
    expect(new Set(prints).size).toBe(3);
    for (const print of prints) expect(print).toHaveLength(FINGERPRINT_LENGTH);
  });

  test('differs with the name of the photo, its absence, the recipe and the kind', () => {
    const { photo: _, ...without } = apply('1', 'a');
    const different = [
      apply('1', 'a'),
      apply('1', 'A'),
      apply('1', 'ab'),
      apply('1', 'ba'),
      apply('1', 'é'),
      apply('1', ''),
      without,
      apply('1', 'a', { ...paper(), logo: { id: 'logo' } }),
      { ...apply('1', 'a'), kind: 'process' },
    ];
    expect(new Set(different.map(alone)).size).toBe(different.length);
  });

  test('does not depend on the order in which members were written', () => {
    expect(alone({ photo: 'a', recipe: { logo: null, background: 'x' }, kind: 'apply', opId: '1' } as never)).toBe(
      alone(apply('1', 'a', { background: 'x', logo: null })),
    );
  });

  test('of an older server is another one, and follows from the same request', () => {
    expect(olderFingerprint(apply('1', 'a'))).toBe(olderFingerprint(apply('2', 'a')));
    expect(olderFingerprint(apply('1', 'a'))).not.toBe(olderFingerprint(apply('1', 'b')));
  });
});
