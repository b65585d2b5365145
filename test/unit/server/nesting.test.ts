import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEEPEST, isTooDeep } from '../../../server/nesting.ts';

/** An independent measure, on the value. */
function depthOf(value: unknown): number {
  if (value === null || typeof value !== 'object') return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}
const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;

describe('how deep JSON is nested', () => {
  test.each([
    [nested(DEEPEST), false],
    [nested(DEEPEST + 1), true],
    ['{"a":'.repeat(DEEPEST + 1), true],
    [`[${Array.from({ length: 1000 }, () => '[]').join()}]`, false],
    [JSON.stringify('['.repeat(1000)), false],
    [JSON.stringify({ ['{'.repeat(1000)]: `"\\${'['.repeat(1000)}\\\\` }), false],
    [`["\\\\",${nested(DEEPEST)}]`, true],
    [`"never ended ${'['.repeat(1000)}`, false],
    ['', false],
  ])('%# is told from its text', (text, tooDeep) => {
    expect(isTooDeep(text)).toBe(tooDeep);
  });

  test('as the value itself tells it', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), fc.nat(DEEPEST + 3), (value, around) => {
        const text = `${'['.repeat(around)}${JSON.stringify(value)}${']'.repeat(around)}`;
        expect(isTooDeep(text)).toBe(depthOf(JSON.parse(text)) > DEEPEST);
      }),
    );
  });
});
