/** What the command line understands, what its help and its completion offer, and that the first step needs no dependencies. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { backgroundNamed, recipeFrom, recipeInput } from '../../../cli/applying/recipe-options.ts';
import { EXIT } from '../../../cli/outcome.ts';
import { exitCodes, commands as overview } from '../../../cli/overview.mjs';
import { buildProgram, commands } from '../../../cli/program.ts';
import { node24, root } from '../../../scripts/setup/places.mjs';
import { refusalOf } from '../../../shared/edit/cost.ts';
import { defaultRecipe, recipe } from '../../../shared/edit/recipe.ts';
import { supportLink } from '../../../shared/support.ts';
import { accountNamed } from '../../quantities.ts';

const script = join(root, 'cli/backlot.mjs');
const run = (...args: string[]) => spawnSync(node24(), [script, ...args], { encoding: 'utf8' });

describe('the overview', () => {
  it('names exactly the commands that there are', () => {
    const declared = buildProgram(() => undefined).commands.map((command) => command.name());
    expect(Object.keys(overview).sort()).toEqual(declared.sort());
    expect(declared).toEqual(expect.arrayContaining(commands.map(({ name }) => name)));
  });

  it('names every exit code', () => {
    for (const code of Object.values(EXIT)) expect(exitCodes).toMatch(new RegExp(`[ ·]${code} `));
  });

  it('every command can answer in JSON', () => {
    for (const command of buildProgram(() => undefined).commands) {
      if (command.name() === 'complete') continue;
      expect(command.options.map(({ long }) => long)).toContain('--json');
    }
  });
});

describe('the first step', () => {
  const bareFolder = mkdtempSync(join(tmpdir(), 'backlot-bare-'));
  afterAll(() => rmSync(bareFolder, { recursive: true, force: true }));

  it('says version and help without any dependency', () => {
    mkdirSync(join(bareFolder, 'cli'));
    for (const name of ['cli/backlot.mjs', 'cli/overview.mjs', 'package.json']) cpSync(join(root, name), join(bareFolder, name));
    const bareRun = (...args: string[]) => spawnSync(node24(), [join(bareFolder, 'cli/backlot.mjs'), ...args], { encoding: 'utf8' });
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    expect(bareRun('--version')).toMatchObject({ status: 0, stdout: `${version}\n`, stderr: '' });
    expect(bareRun('--help')).toMatchObject({ status: 0, stdout: expect.stringContaining('balance') });
    expect(bareRun().status).toBe(2);
  });

  it('hands everything else over to Node 24, and ends with its exit code', () => {
    // What the first step sees of an older Node; the one that it starts is told nothing of it.
    const older = "data:text/javascript,Object.defineProperty(process, 'versions', { value: { node: '20.11.0' } })";
    const handed = spawnSync(node24(), ['--import', older, script, 'nosuch'], { encoding: 'utf8' });
    expect(handed).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining("unknown command 'nosuch'") });
    const bare = spawnSync(node24(), ['--import', older, join(bareFolder, 'cli/backlot.mjs'), 'balance'], { encoding: 'utf8' });
    expect(bare).toMatchObject({ status: 1, stderr: expect.stringContaining('Backlot needs its dependencies first') });
  });
});

describe('what Node compiled', () => {
  const cache = mkdtempSync(join(tmpdir(), 'backlot-compiled-'));
  afterAll(() => rmSync(cache, { recursive: true, force: true }));
  const help = (more: NodeJS.ProcessEnv) => {
    const { NODE_COMPILE_CACHE: _, ...env } = process.env;
    return spawnSync(node24(), [script, 'balance', '--help'], { encoding: 'utf8', env: { ...env, ...more } });
  };

  it('is kept in the cache of the user', () => {
    expect(help({ BACKLOT_CACHE: join(cache, 'new') })).toMatchObject({ status: 0, stderr: '' });
    expect(readdirSync(join(cache, 'new', 'compiled'))).not.toEqual([]);
  });

  it.runIf(process.platform === 'linux')('is not missed where no folder can be made', () => {
    expect(help({ BACKLOT_CACHE: '/proc/none' })).toMatchObject({ status: 0, stderr: '' });
  });
});

describe('the completion', () => {
  it.each(['zsh', 'fish'])('has a script for %s that asks backlot itself', (shell) => {
    const { status, stdout } = run('complete', shell);
    expect(status).toBe(0);
    expect(stdout).toContain('backlot complete --');
  });
});

describe('the completion in a real bash', () => {
  const functions = `backlot() { ${JSON.stringify(node24())} ${JSON.stringify(script)} "$@"; }
completion="$(backlot complete bash)"
source <(printf %s "$completion")
source <(printf %s "$completion")
tab() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=(); "$(complete -p backlot | sed 's/.*-F \\([^ ]*\\).*/\\1/')"; printf '%s\\n' "\${COMPREPLY[@]}"; }
`;
  const bash = (line: string) => spawnSync('bash', ['--norc', '--noprofile', '-c', functions + line], { encoding: 'utf8' });

  const offered: [line: string, offers: string[]][] = [
    ['backlot ba', ['balance']],
    ['backlot apply --ba', ['--background']],
    ["backlot apply --background ''", ['paper', 'showroom', 'concrete', 'gradient', 'brand']],
    ['backlot process photos --step re', ['resize']],
    ['backlot plan --interval y', ['year']],
    // Nothing of ours: bash offers files.
    ['backlot apply photos/', ['']],
    // What stands on the line is never run: it would be said on standard error.
    ["backlot apply '$(echo ran >&2)' '`echo ran >&2`' --ba", ['--background']],
  ];
  // One shell, as a customer has one.
  const answers = new Map<string, string[]>();
  let said = '';
  beforeAll(() => {
    const { status, stdout, stderr } = bash(offered.map(([line]) => `tab ${line} && printf '\\0'`).join('\n'));
    expect(status).toBe(0);
    said = stderr;
    for (const [n, [line]] of offered.entries()) answers.set(line, (stdout.split('\0')[n] ?? '').trimEnd().split('\n'));
  }, 60_000);

  it.each(offered)('%s offers %j, also where it was sourced twice', (line, offers) => {
    expect(answers.get(line)).toEqual(offers);
  });

  it('says nothing on the terminal, and never runs what stands on the line', () => {
    expect(said).toBe('');
  });
});

describe('a recipe in words', () => {
  const from = (words: object, files = { background: null, logo: null } as { background: string | null; logo: string | null }) =>
    recipeFrom(recipeInput.parse(words), files);

  it('is what the app begins with, and always a recipe of the contract', () => {
    expect(from({ background: 'paper' })).toEqual({ ...defaultRecipe, background: { kind: 'built-in', id: 'paper' } });
    const much = from(
      {
        background: 'gradient',
        colour: '#FF0000',
        colour2: '#00ff00',
        logoPosition: 'top',
        logoSize: '0.3',
        placement: 'floor',
        shadow: 'none',
        format: 'jpg',
        quality: '80',
        longEdge: '1200',
        aspect: '4:3',
        metadata: false,
      },
      { background: null, logo: 'asset1' },
    );
    expect(recipe.parse(much)).toEqual(much);
    expect(much).toMatchObject({
      background: { kind: 'built-in', id: 'gradient', colour: '#ff0000', colour2: '#00ff00' },
      placement: { mode: 'floor' },
      shadow: { kind: 'none' },
      logo: { fileId: 'asset1', size: 0.3, position: { kind: 'anchor', anchor: 'top' } },
      export: { format: 'jpeg', quality: 80, longEdge: 1200, aspect: '4:3', keepMetadata: false },
    });
  });

  it('without a background it is a logo alone, which applying refuses (ST-02)', () =>
    expect(from({}, { background: null, logo: 'asset1' }).background).toBe(null));

  it('transparent is a PNG unless another format is named', () => {
    expect(from({ background: 'transparent' })).toMatchObject({ background: { kind: 'transparent' }, export: { format: 'png' } });
    expect(from({ background: 'transparent', format: 'webp' }).export.format).toBe('webp');
    expect(refusalOf(from({ background: 'transparent', format: 'jpg' }))).toBe('format_not_transparent');
  });

  it('says of the old shadow only that it is kept: nothing said leaves it to the darkroom', () => {
    expect(from({ background: 'paper' }).strokes).toEqual([]);
    const kept = from({ background: 'paper', keepOldShadow: true });
    expect(recipe.parse(kept).strokes).toEqual([{ mode: 'old-shadow', remove: false }]);
  });

  it('a word with an extension is a file, any other word has to be one of ours', () => {
    expect(backgroundNamed('hall.jpg')).toEqual({ kind: 'path', path: 'hall.jpg' });
    expect(() => backgroundNamed('hall')).toThrow('There is no background "hall"');
  });

  it.each([
    { quality: '0' },
    { quality: '101' },
    { quality: '9.5' },
    { colour: 'red' },
    { logoSize: '2' },
    { longEdge: '15' },
    { aspect: '2:1' },
  ])('%o is not understood', (words) => expect(recipeInput.safeParse({ background: 'paper', ...words }).success).toBe(false));
});

it('support is asked with a subject that says what it is about, whose account it is and on which plan', () => {
  const { address, subject, link } = supportLink({ accountId: accountNamed('acc_1'), plan: 'Professional Plus' });
  expect(subject).toBe('Credits - Help Center (account acc_1, plan Professional Plus)');
  expect(new URL(link).protocol).toBe('mailto:');
  expect(new URL(link).pathname).toBe(address);
  expect(new URL(link).searchParams.get('subject')).toBe(subject);
  expect(supportLink(null).subject).toBe('Credits - Help Center');
});
