/** Drawings that would be drawn without end are counted before anything draws them. */
import { describe, expect, test } from 'vitest';
import { elementsDrawn } from '../../../electron/darkroom/files/drawing.ts';

const copies = (levels: number, each: number): string => {
  const groups = Array.from({ length: levels }, (_, n) => `<g id="g${n + 1}">${`<use xlink:href='#g${n}'/>`.repeat(each)}</g>`);
  return `<svg><defs><rect id="g0"/>${groups.join('')}</defs><use href="#g${levels}"/></svg>`;
};

describe('how many elements a drawing has', () => {
  test.each([
    ['nothing but itself', '<svg></svg>', 2],
    ['shapes in groups', '<svg><g><rect/><rect/></g><path d="M0 0"/></svg>', 6],
    ['a shape and its copy', '<svg><rect id="a"/><use href="#a"/></svg>', 5],
    ['a copy that comes first', '<svg><use href="#a"/><rect id="a"/></svg>', 5],
    ['a sign in an attribute', '<svg><text x="a > b"/><rect/></svg>', 4],
    ['a copy of nothing', '<svg><use href="#nobody"/></svg>', 3],
  ])('%s', (_, text, expected) => expect(elementsDrawn(text)).toBe(expected));

  test('copies in a circle come to an end', () => {
    const circle = '<svg><g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g></svg>';
    expect(elementsDrawn(circle)).toBeLessThan(20);
  });

  test('copies of copies are multiplied', () => {
    expect(elementsDrawn(copies(3, 10))).toBeGreaterThan(1_000);
    expect(elementsDrawn(copies(12, 10))).toBeGreaterThan(1_000_000_000);
  });

  test('what is too deep or too much to count is without end', () => {
    expect(elementsDrawn(copies(100_000, 1))).toBe(Number.POSITIVE_INFINITY);
  });

  test('groups that lie deep in each other are no trouble', () => {
    expect(elementsDrawn(`<svg>${'<g>'.repeat(200_000)}${'</g>'.repeat(200_000)}</svg>`)).toBe(200_002);
  });
});
