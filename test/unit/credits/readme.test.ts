/** The examples of the prose are run. A line that ends in `// => value` is checked against that value. */
import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { describe, expect, it } from 'vitest';
import * as engine from '../../../shared/credits/index.ts';
import * as policies from '../../../shared/policies/index.ts';

interface Checked {
  readonly line: string;
  readonly is: unknown;
  readonly expected: unknown;
}

/** The fenced code of a page, one program: examples build on those before them. */
function programOf(page: string): string {
  const blocks = [...page.matchAll(/^```ts\n(.*?)^```$/gms)].map((match) => match[1] ?? '');
  const checked = blocks
    .join('\n')
    .replaceAll(/^(\S.*?);? \/\/ => (.*)$/gm, (_, is: string, expected: string) => `check(${JSON.stringify(is)}, (${is}), (${expected}));`);
  return stripTypeScriptTypes(checked);
}

function run(page: string): Checked[] {
  const found: Checked[] = [];
  const check = (line: string, is: unknown, expected: unknown): void => void found.push({ line, is, expected });
  const names = { ...engine, ...policies, check };
  new Function(...Object.keys(names), `'use strict';\n${programOf(page)}`)(...Object.values(names));
  return found;
}

describe.each([
  ['shared/credits/README.md', 20],
  ['docs/policies.md', 6],
])('%s', (path, atLeast) => {
  const checked = run(readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8'));
  it('has its examples', () => expect(checked.length).toBeGreaterThanOrEqual(atLeast));
  it.each(checked.map(({ line, is, expected }) => [line, is, expected]))('%s', (_, is, expected) => expect(is).toEqual(expected));
});
