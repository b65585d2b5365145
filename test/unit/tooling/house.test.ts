import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../../../scripts/setup/places.mjs';
import { undocumented } from './docstrings.ts';
import { functionsIn } from './functions.ts';
import { uncheckedParses } from './unchecked-parses.ts';

/** Everything under version control, and what is about to be. */
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: root, encoding: 'utf8' })
  .split('\n')
  .filter((path) => path !== '' && existsSync(join(root, path)));
const written = files.filter((path) => /\.(ts|tsx|mjs|css|html|md|json|yml)$/.test(path) && path !== 'package-lock.json');
const product = files.filter((path) => /^(cli|electron|renderer|server|shared|scripts)\/.*\.(ts|tsx|mjs)$/.test(path));
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const distinct = (found: readonly { readonly id: string }[]): string[] => [...new Set(found.map(({ id }) => id))].toSorted();

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
    expect(files.filter((path) => /(^|\/)(utils?|helpers?|common|misc|words|parts)(\/|\.[a-z]+$)/.test(path))).toEqual([]);
  });

  it('a folder has one face: the file of its own name in it, never one beside it; the rooms of shared/ have an index', () => {
    const sources = files.filter((path) => /\.(ts|tsx|mjs)$/.test(path));
    const folders = new Set(sources.flatMap((path) => path.split('/').map((_, depth, parts) => parts.slice(0, depth).join('/'))));
    expect(sources.filter((path) => folders.has(path.replace(/\.[a-z]+$/, '')))).toEqual([]);
    expect(sources.filter((path) => /\/index\.[a-z]+$/.test(path) && !/^shared\/[a-z]+\/index\.ts$/.test(path))).toEqual([]);
  });

  it('a file is a room, a test too: at most 350 lines', () => {
    const tests = files.filter((path) => /^test\/.*\.(ts|tsx|mjs)$/.test(path));
    const crowded = [...product, ...tests]
      .map((path) => ({ path, lines: read(path).split('\n').length - 1 }))
      .filter(({ lines }) => lines > 350);
    expect(crowded).toEqual([]);
  });

  describe('a function', () => {
    const measured = product.flatMap((path) => functionsIn(path, read(path)).map((one) => ({ ...one, id: `${path} ${one.name}` })));
    it('fits a screen: at most 70 lines', () => {
      expect(distinct(measured.filter(({ lines }) => lines > 70))).toEqual([]);
    });
    it('takes at most 5 parameters, an options object beyond', () => {
      expect(distinct(measured.filter(({ parameters }) => parameters > 5))).toEqual([]);
    });
    it('is measured whatever it is: declared, a method, an arrow, a callback', () => {
      const text = `function a(x, y) {}\nclass B {\n  #c = (x) =>\n    x;\n  d() {\n    each(() => {\n    });\n  }\n}\nconst e = { f() {} };`;
      expect(functionsIn('sample.ts', text)).toEqual([
        { name: 'a', lines: 1, parameters: 2 },
        { name: 'B.#c', lines: 2, parameters: 1 },
        { name: 'B.d', lines: 4, parameters: 0 },
        { name: 'B.d > callback', lines: 2, parameters: 0 },
        { name: 'f', lines: 1, parameters: 0 },
      ]);
    });
  });

  describe('what a file exports', () => {
    it('has a docstring: what it promises, units, the meaning of null, errors', () => {
      const houses = product.filter((path) => !path.startsWith('scripts/'));
      expect(houses.flatMap((path) => undocumented(path, read(path)).map((name) => `${path} ${name}`))).toEqual([]);
    });
    it.each([
      ['a constant', 'export const a = 1;', ['a']],
      ['each constant of a statement', 'export const a = 1, b = 2;', ['a', 'b']],
      ['a type', "import b from 'b';\nexport type A = typeof b;", ['A']],
      ['what is listed', 'const a = 1;\n/** Twice a. */\nconst b = 2;\nexport { a as c, b };', ['a']],
      ['what has no name', 'export default 1;', ['default']],
      ['an empty one', '/** */\nexport class A {}', ['A']],
      ['a comment that is no docstring', '// One.\nexport interface A {}', ['A']],
      ['a docstring of something else', '/** One. */\nconst a = 1;\nexport function b() {}', ['b']],
    ])('is found without one: %s', (_what, text, names) => expect(undocumented('sample.ts', text)).toEqual(names));
    it.each([
      ['declared with one', '/** One. */\nexport const a = 1;'],
      ['overloaded', '/** One. */\nexport function a(x: 1): 1;\nexport function a(x: 2): 2;\nexport function a(x: number) { return x; }'],
      ['passed on', "export { a } from './a.ts';\nexport * from './b.ts';"],
      ['its own', 'const a = 1;'],
    ])('is left alone: %s', (_what, text) => expect(undocumented('sample.ts', text)).toEqual([]));
  });

  describe('what a row, a file or a message holds', () => {
    // What the same run of the page wrote as text, to compare it: no other version is behind it.
    const ownText = ['renderer/studio/panel/Swatches.tsx', 'renderer/studio/process/ProcessedPreview.tsx'];
    it('is parsed by a schema, never cast', () => {
      const code = product.filter((path) => /^(cli|electron|renderer|server|shared)\/.*\.tsx?$/.test(path));
      expect(code.filter((path) => uncheckedParses(path, read(path)).length > 0)).toEqual(ownText);
    });
    it.each([
      ['a cast', 'const a = JSON.parse(t) as Row;'],
      ['a cast in parentheses', 'const a = (JSON.parse(t) as Row).name;'],
      ['a variable with a type', 'const a: Row = JSON.parse(t);'],
      ['a variable without one', 'const { name } = JSON.parse(t);'],
      ['an answer with a type', 'const read = (): Row => JSON.parse(t);'],
      ['a member', 'const a = (JSON.parse(t)).name;'],
    ])('is not taken at its word: %s', (_what, text) => expect(uncheckedParses('sample.ts', text)).toEqual([1]));
    it.each([
      ['a schema', 'const a = schema.parse(JSON.parse(t));'],
      ['what is not known', 'const a: unknown = JSON.parse(t);'],
      ['an answer that is not known', 'const read = (): unknown => JSON.parse(t);'],
    ])('may be handed on as what it is: %s', (_what, text) => expect(uncheckedParses('sample.ts', text)).toEqual([]));
  });

  it('sources import sources with their extension, so that Node runs every file directly', () => {
    const bare = product.filter((path) => /from '\.{1,2}\/[^']*(?<!\.(ts|tsx|mjs|js|json|css|svg|woff2|png))'/.test(read(path)));
    expect(bare).toEqual([]);
  });

  it('every source is type-checked, scripts, pages and settings in JavaScript too', () => {
    const compiler = join(root, 'node_modules/typescript/bin/tsc');
    const options = { cwd: root, encoding: 'utf8', maxBuffer: 64_000_000 } as const;
    const settings = JSON.parse(execFileSync(process.execPath, [compiler, '--showConfig', '-p', 'tsconfig.json'], options));
    expect(settings.compilerOptions).toMatchObject({ allowJs: true, checkJs: true, strict: true });
    const listed = execFileSync(process.execPath, [compiler, '--listFilesOnly', '-p', 'tsconfig.json'], options).split('\n');
    const checked = new Set(listed.map((path) => relative(root, path.trim()).replaceAll('\\', '/')));
    // The globals of shared/, which a configuration of its own adds.
    const own = 'scripts/lint/shared-globals.d.ts';
    expect(files.filter((path) => /\.(tsx?|[mc]?js)$/.test(path) && path !== own && !checked.has(path))).toEqual([]);
    const unchecked = new RegExp(['@ts-no', 'check'].join(''));
    expect(files.filter((path) => /\.(tsx?|[mc]?js)$/.test(path) && unchecked.test(read(path)))).toEqual([]);
  });

  it('the changelog has an entry for this version, and it is the newest', () => {
    const { version, devDependencies }: { version: string; devDependencies: Record<string, string> } = JSON.parse(read('package.json'));
    const entries = read('CHANGELOG.md')
      .split(/^## /m)
      .slice(1)
      .map((entry) => ({ name: entry.split('\n')[0] ?? '', text: entry.split('\n').slice(1).join('\n') }));
    expect(entries[0]?.name).toBe(version);
    expect(entries.filter(({ text }) => text.trim() === '')).toEqual([]);
    expect(read('.nvmrc').trim()).toBe(devDependencies['node']);
  });

  it('every decision is listed, and says why, what it costs and what would change it', () => {
    const pages = files.filter((path) => /^docs\/decisions\/\d{4}-[a-z-]+\.md$/.test(path));
    const list = read('docs/decisions/README.md');
    expect(pages.length).toBeGreaterThan(0);
    expect(pages.filter((path) => !list.includes(`](${path.slice('docs/decisions/'.length)})`))).toEqual([]);
    const parts = ['**Decided.**', '**Why', '**Costs.**'];
    expect(pages.filter((path) => parts.some((part) => !read(path).includes(part)))).toEqual([]);
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

  it('what the page for developers names is there', () => {
    const named = [
      ...read('docs/developing.md').matchAll(/(?<![\w/.-])((?:cli|docs|electron|renderer|scripts|server|shared|test)\/[\w./-]*\w)/g),
    ];
    expect(named.length).toBeGreaterThan(20);
    expect(named.map(([, path = '']) => path).filter((path) => !path.includes('NAME') && !existsSync(join(root, path)))).toEqual([]);
  });

  it('every npm script and task that a document names exists', () => {
    const { scripts }: { scripts: Record<string, string> } = JSON.parse(read('package.json'));
    const named = files
      .filter((path) => path.endsWith('.md'))
      .flatMap((path) => [...read(path).matchAll(/npm run ([a-z0-9-]+(?::[a-z0-9-]+)*)/g)].map(([, name = '']) => name));
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });
});
