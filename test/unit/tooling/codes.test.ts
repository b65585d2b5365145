import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { STATUS_CODES } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { errorsPage } from '../../../scripts/docs/errors-page.ts';
import { root } from '../../../scripts/setup/places.mjs';
import { problemOf } from '../../../server/problems.ts';
import { OWN_CODES, type OwnCodeFacts } from '../../../shared/codes/own-codes.ts';
import { CODES, type CodeFacts, hasCode, isProblemCode } from '../../../shared/codes/server-codes.ts';
import type { Problem } from '../../../shared/result.ts';

const facts = Object.entries<CodeFacts>(CODES);
const ownFacts = Object.entries<OwnCodeFacts>(OWN_CODES);
/** What stands in the sources of these folders. Not the registry itself. */
const saidIn = (...folders: readonly string[]): string =>
  execFileSync('git', ['ls-files', ...folders], { cwd: root, encoding: 'utf8' })
    .split('\n')
    .filter((path) => /\.tsx?$/.test(path) && !path.endsWith('/codes.ts'))
    .map((path) => readFileSync(join(root, path), 'utf8'))
    .join('\n');
/** Where the server's codes are said: the server, the engine, and the contract's schemas. */
const sayers = saidIn('server', 'shared/credits', 'shared/api');

describe('the registry of error codes', () => {
  it('docs/errors.md is what the registry makes: `npm run docs` writes it', () => {
    expect(readFileSync(join(root, 'docs', 'errors.md'), 'utf8')).toBe(errorsPage());
  });

  it('names a code as a stable word, with a status of HTTP for refusals, and says what it means in whole sentences', () => {
    const wrong = facts.filter(
      ([code, { status, title, meaning }]) =>
        !/^[a-z]+(_[a-z]+)*$/.test(code) || status < 400 || !(status in STATUS_CODES) || title === '' || !/^[A-Z].*\.$/s.test(meaning),
    );
    expect(wrong).toEqual([]);
  });

  it('has no code that nothing answers with', () => {
    expect(facts.map(([code]) => code).filter((code) => !sayers.includes(`'${code}'`))).toEqual([]);
  });

  it('no meaning breaks the table that it stands in', () => {
    expect(facts.filter(([, { title, meaning }]) => /[|\n]/.test(title + meaning))).toEqual([]);
  });

  it('has the codes of the studio and the command line, each said by one of them, and none that the server says', () => {
    const wrong = ownFacts.filter(
      ([code, { title, meaning }]) => !/^[a-z]+(_[a-z]+)*$/.test(code) || title === '' || !/^[A-Z][^|\n]*\.$/s.test(meaning),
    );
    expect(wrong).toEqual([]);
    const studio = saidIn('electron', 'cli', 'renderer', 'shared');
    expect(ownFacts.map(([code]) => code).filter((code) => !studio.includes(`'${code}'`) || isProblemCode(code))).toEqual([]);
  });

  it('a problem of the studio has a code of the registry, or one that was passed on', () => {
    const own: Problem = { code: 'file_missing', message: '' };
    const servers: Problem = { code: 'insufficient_credit', message: '' };
    // @ts-expect-error a code that is not in the registry does not compile
    const none: Problem = { code: 'file_mising', message: '' };
    expect([own, servers, none].map(({ code }) => code in OWN_CODES || isProblemCode(code))).toEqual([true, true, false]);
  });

  it('gives a problem document its status and title', () => {
    expect(problemOf('credit_limit_reached', 'Enough.', { limit: '5.00' })).toEqual({
      type: 'urn:backlot:problem:credit-limit-reached',
      status: 402,
      title: 'Nothing more on account',
      detail: 'Enough.',
      code: 'credit_limit_reached',
      limit: '5.00',
    });
  });

  it('knows its own codes and no inherited name', () => {
    expect(isProblemCode('insufficient_credit')).toBe(true);
    expect(isProblemCode('toString')).toBe(false);
    expect(isProblemCode(undefined)).toBe(false);
  });

  it('compares a problem with codes of the registry only', () => {
    const problem: { code: string } | null = { code: 'not_found' };
    expect(hasCode(problem, 'not_found', 'gone')).toBe(true);
    expect(hasCode(problem, 'gone')).toBe(false);
    expect(hasCode(null, 'gone')).toBe(false);
    // @ts-expect-error a code that is not in the registry does not compile
    expect(hasCode(problem, 'not_fuond')).toBe(false);
    // @ts-expect-error neither does a refusal with one
    expect(() => problemOf('not_fuond', '')).toThrow();
  });
});
