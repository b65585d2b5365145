/** Fingerprints tell whether an operation id comes with the same request again. */
import { describe, expect, test } from 'vitest';
import {
  FINGERPRINT_LENGTH,
  fingerprint,
  fingerprintOf,
  fingerprints,
  isRemembered,
  olderFingerprint,
} from '../../../server/ledger/fingerprint.ts';
import type { OpId } from '../../../shared/credits/model/quantities.ts';
import { opNamed } from '../../quantities.ts';

const paper = () => ({ background: { kind: 'built-in', id: 'paper', colour: '#e8e6e1' }, logo: null });
const apply = (opId: string, photo: string, recipe: object = paper()) => ({ opId: opNamed(opId), kind: 'apply', photo, recipe });

/** As a request of its own would have it. */
const alone = (operation: { opId: OpId; photo?: string }): string => fingerprints()(operation);

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

  test('is never taken from the operation before it in the batch when that asks for something else', () => {
    const asked = [
      apply('1', 'a'),
      apply('1', 'a', { ...paper(), logo: undefined }),
      apply('1', 'a', { ...paper(), logo: null }),
      apply('1', 'a', { ...paper(), logo: {} }),
      apply('1', 'a', { ...paper(), logo: [] }),
      apply('1', 'a', { ...paper(), logo: ['x', 'y'] }),
      apply('1', 'a', { ...paper(), logo: ['x'] }),
      apply('1', 'a', { ...paper(), logo: { deep: { deeper: 1 } } }),
      apply('1', 'a', { ...paper(), logo: { deep: { deeper: 2 } } }),
      apply('1', 'a', { ...paper(), logo: { deep: { deeper: 2, also: 3 } } }),
      { ...apply('1', 'a'), steps: ['cut'] },
      apply('1', 'a'),
    ];
    for (const first of asked)
      for (const second of asked) {
        const printOf = fingerprints();
        expect([printOf(first), printOf(second)]).toEqual([alone(first), alone(second)]);
      }
  });

  test('says the name of the photo in seven digits, whatever they are', () => {
    const names = Array.from({ length: 500 }, (_, number) => `IMG_${number * number}`);
    for (const name of ['', ...names]) {
      let hash = 0x811c9dc5;
      for (const letter of name) hash = Math.imul(hash ^ letter.charCodeAt(0), 0x01000193);
      expect(alone(apply('1', name)).slice(-7)).toBe((hash >>> 0).toString(36).padStart(7, '0'));
    }
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
    expect(alone({ photo: 'a', recipe: { logo: null, background: 'x' }, kind: 'apply', opId: opNamed('1') } as never)).toBe(
      alone(apply('1', 'a', { background: 'x', logo: null })),
    );
  });

  test('of an older server is another one, and follows from the same request', () => {
    expect(olderFingerprint(apply('1', 'a'))).toBe(olderFingerprint(apply('2', 'a')));
    expect(olderFingerprint(apply('1', 'a'))).not.toBe(olderFingerprint(apply('1', 'b')));
  });
});

describe('a request in another spelling', () => {
  const same: readonly [string, object, object][] = [
    ['an amount with zeros behind it', { purchase: { amount: '5' } }, { purchase: { amount: '5.00' } }],
    ['a charge to four places', { settle: { actual: '0.04' } }, { settle: { actual: '0.0400' } }],
    ['zeros before it', { adjustment: { amount: '007' } }, { adjustment: { amount: '7' } }],
    ['money inside', { refund: { money: { amount: '5.5', currency: 'eur' } } }, { refund: { money: { amount: '5.50', currency: 'EUR' } } }],
    [
      'a threshold',
      { settings: { below: '1.0', monthlyCap: { amount: '50' } } },
      { settings: { below: '1', monthlyCap: { amount: '50.00' } } },
    ],
    [
      'an instant in another offset',
      { grant: { expiresAt: '2026-12-01T01:00:00+01:00' } },
      { grant: { expiresAt: '2026-12-01T00:00:00.000Z' } },
    ],
  ];
  test.each(same)('%s is the same request', (_, one, other) => {
    expect(fingerprintOf(one)).toBe(fingerprintOf(other));
    expect(isRemembered(fingerprintOf(one), other)).toBe(true);
  });
  test.each(same)('%s is the same as what older servers remembered as it was sent', (_, one, other) => {
    expect(isRemembered(fingerprint(one), one)).toBe(true);
    expect(isRemembered(fingerprint(other), other)).toBe(true);
  });
  test.each([
    [{ purchase: { amount: '5' } }, { purchase: { amount: '5.00' } }],
    [{ purchase: { amount: '5.00' } }, { purchase: { amount: '5' } }],
    [{ grant: { amount: '0.0400' } }, { grant: { amount: '0.04' } }],
  ])('%j of an older server is %j', (sent, again) => expect(isRemembered(fingerprint(sent), again)).toBe(true));
  test.each([
    [{ purchase: { amount: '5' } }, { purchase: { amount: '50' } }],
    [{ purchase: { amount: '5' } }, { purchase: { amount: '0.5' } }],
    [{ purchase: { amount: '5' } }, { top: { amount: '5' } }],
    [{ grant: { reason: '5' } }, { grant: { reason: '5.00' } }],
    [{ refund: { money: { amount: '5', currency: 'EUR' } } }, { refund: { money: { amount: '5', currency: 'USD' } } }],
  ])('%j is not %j', (one, other) => {
    expect(isRemembered(fingerprintOf(one), other)).toBe(false);
    expect(isRemembered(fingerprint(one), other)).toBe(false);
  });
});
