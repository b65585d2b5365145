import { describe, expect, test } from 'vitest';
import { policyFrom } from '../../../electron/wallet/copy/policy.ts';
import { csvCell } from '../../../electron/wallet/history.ts';
import { quotePhotos } from '../../../electron/wallet/read/quotes.ts';
import { backgroundStudio } from '../../../shared/policies/index.ts';
import { startOfTest } from './fake-world.ts';
import { SmallLedger } from './small-ledger.ts';

const policy = backgroundStudio();
const paper = { background: 'built-in:paper', logo: null };
const photosWith = (count: number, recipe: typeof paper) => Array.from({ length: count }, () => recipe);
/** 10 promotion, 10 monthly and `packs` times 50 purchased. */
function quoteFor(count: number, packs: number) {
  const ledger = new SmallLedger();
  for (let n = 0; n < packs; n += 1) ledger.buy(`buy-${n}`);
  return quotePhotos(policy, ledger.state, photosWith(count, paper), startOfTest);
}

describe('what it would cost', () => {
  test('ST-16: promotion first, then monthly, then purchased', () => {
    expect(quoteFor(25, 1)).toEqual({
      photos: 25,
      total: '25',
      slices: [
        { bucket: 'promo', amount: '10' },
        { bucket: 'monthly', amount: '10' },
        { bucket: 'purchased', amount: '5' },
      ],
      availableAfter: '45',
      refusal: null,
    });
  });

  test('short by one says so, and how many would go', () => {
    expect(quoteFor(21, 0)).toMatchObject({
      total: '21',
      slices: [],
      availableAfter: '20',
      refusal: { code: 'insufficient_credit', shortfall: '1', affordable: 20 },
    });
  });

  test('more photos than one request takes are drawn in the same order', () => {
    expect(quoteFor(510, 10)).toMatchObject({
      total: '510',
      slices: [
        { bucket: 'promo', amount: '10' },
        { bucket: 'monthly', amount: '10' },
        { bucket: 'purchased', amount: '490' },
      ],
      availableAfter: '10',
      refusal: null,
    });
    expect(quoteFor(20_000, 10)).toMatchObject({
      availableAfter: '520',
      refusal: { code: 'insufficient_credit', shortfall: '19480', affordable: 520 },
    });
  });
});

describe('the policy of the server', () => {
  const declaration = JSON.parse(JSON.stringify(policy, (_key, value) => (typeof value === 'bigint' ? String(value) : value)));
  const answer = { id: policy.id, version: policy.version, label: policy.label, unit: policy.unit, buckets: [], plans: [], declaration };

  test('comes back as it was declared, amounts as bigint', () => expect(policyFrom(answer)).toEqual(policy));
  test('that makes no sense falls back to the one this version carries', () =>
    expect(policyFrom({ ...answer, declaration: {} })?.id).toBe('background-studio'));
  test('that nobody knows is none', () => expect(policyFrom({ ...answer, id: 'unheard-of', declaration: {} })).toBeNull());
});

describe('a cell of the history file', () => {
  test.each([
    ['plain', 'plain'],
    ['a, b', '"a, b"'],
    ['say "yes"', '"say ""yes"""'],
    ['=1+1', "'=1+1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['-2', '-2'],
    ['+0.5', '+0.5'],
    ['-2+3', "'-2+3"],
    ['line\nbreak', '"line\nbreak"'],
  ])('%j -> %j', (text, cell) => expect(csvCell(text)).toBe(cell));
});
