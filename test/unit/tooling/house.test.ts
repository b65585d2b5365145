import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../../../scripts/setup/places.mjs';

/** Everything under version control, and what is about to be. */
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: root, encoding: 'utf8' })
  .split('\n')
  .filter((path) => path !== '' && existsSync(join(root, path)));
const written = files.filter((path) => /\.(ts|tsx|mjs|css|html|md|json|yml)$/.test(path) && path !== 'package-lock.json');
const product = files.filter((path) => /^(cli|electron|renderer|server|shared|scripts)\/.*\.(ts|tsx|mjs)$/.test(path));
const read = (path: string) => readFileSync(join(root, path), 'utf8');

describe('the house rules', () => {
  // Put together here so that this file does not break its own rules.
  const words: [string, RegExp][] = [
    ['a folder of one machine', new RegExp(['(^|[\\s"\'`(])/wo', 'rk/|(^|[\\s"\'`(])/t', 'mp/'].join(''), 'm')],
    ['the host of a registry', new RegExp(['registry\\.npm', 'js|npm', 'mirror'].join(''), 'i')],
    ['a postponed task', new RegExp(['\\bTO', 'DO\\b|\\bFIX', 'ME\\b|\\bX', 'XX\\b'].join(''))],
    ['a skipped test', new RegExp(['\\b(it|test|describe)\\.(sk', 'ip|on', 'ly|to', 'do)\\b'].join(''))],
  ];
  it.each(words)('nothing names %s', (_what, pattern) => {
    expect(written.filter((path) => pattern.test(read(path)))).toEqual([]);
  });

  it('a folder or file says what it is about', () => {
    expect(files.filter((path) => /(^|\/)(utils?|helpers?|common|misc)(\/|\.[a-z]+$)/.test(path))).toEqual([]);
  });

  it('a file is a room: at most 350 lines', () => {
    const crowded = product.map((path) => ({ path, lines: read(path).split('\n').length - 1 })).filter(({ lines }) => lines > 350);
    expect(crowded).toEqual([]);
  });

  it('sources import sources with their extension, so that Node runs every file directly', () => {
    const bare = product.filter((path) => /from '\.{1,2}\/[^']*(?<!\.(ts|tsx|mjs|js|json|css|svg|woff2|png))'/.test(read(path)));
    expect(bare).toEqual([]);
  });

  it('documents point only at what is there', () => {
    const documents = files.filter((path) => path.endsWith('.md'));
    const broken = documents.flatMap((path) =>
      [...read(path).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)[^)]*\)/g)]
        .map(([, target = '']) => target)
        .filter((target) => !existsSync(join(root, dirname(path), target)))
        .map((target) => `${path} -> ${target}`),
    );
    expect(broken).toEqual([]);
  });

  it('every npm script and task that a document names exists', () => {
    const { scripts }: { scripts: Record<string, string> } = JSON.parse(read('package.json'));
    const named = files
      .filter((path) => path.endsWith('.md'))
      .flatMap((path) => [...read(path).matchAll(/npm run ([a-z0-9-]+)/g)].map(([, name = '']) => name));
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });
});
