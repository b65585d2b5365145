import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import config from '../../../.dependency-cruiser.mjs';
import { node24, root } from '../../../scripts/setup/places.mjs';

/** A small tree of our own shape, with some of the arrows that are allowed and one file for each that is not. */
const allowed: Record<string, string> = {
  'shared/text.ts': "import { z } from 'zod';\nexport const text = z.string();",
  'shared/one.ts': 'export const one = 1;\nexport type One = typeof one;',
  'renderer/ui/cx.ts': 'export const cx = 1;',
  'renderer/ui/controls/Button.tsx': "import { cx } from '../cx.ts';\nexport const Button = cx;",
  'renderer/ui/layout/Dialog.tsx': "import { Button } from '../controls/Button.tsx';\nexport const Dialog = Button;",
  'renderer/state/wallet.ts': 'export const wallet = 1;',
  'renderer/billing/Plans.tsx':
    "import { wallet } from '../state/wallet.ts';\nimport { Dialog } from '../ui/layout/Dialog.tsx';\nexport const Plans = [wallet, Dialog];",
  'electron/wallet/copy/cache.ts': 'export type Cache = 1;',
  'electron/wallet/history.ts': "import type { Cache } from './copy/cache.ts';\nexport type History = Cache;",
  'renderer/one.ts': "export { one } from '../shared/one.ts';",
  'electron/main.ts': "import { app } from 'electron';\nimport { kept } from './wallet/kept.ts';\nexport const main = [app, kept];",
  'electron/wallet/kept.ts':
    "import { join } from 'node:path';\nimport { one } from '../../shared/one.ts';\nexport const kept = [one, join];",
  'electron/shell/window.ts':
    "import { app } from 'electron';\nimport { opened } from '../studio/opened.ts';\nexport const window = [app, opened];",
  'electron/studio/opened.ts': "import { kept } from '../wallet/kept.ts';\nexport type Opened = typeof kept;\nexport const opened = kept;",
  'electron/darkroom/port.ts': 'export type Port = 1;',
  'electron/darkroom/matte/matte.ts': "import type { Port } from '../port.ts';\nexport type Matte = Port;\nexport const matte = 1;",
  'electron/darkroom/compose/compose.ts': "import { matte } from '../matte/matte.ts';\nexport type Composed = typeof matte;",
  'shared/api/wire.ts': 'export type Wire = 1;',
  'shared/credits/model/model.ts': 'export type Model = 1;',
  'shared/credits/decide/decide.ts': "import type { Model } from '../model/model.ts';\nexport type Decided = Model;",
  'shared/credits/read/view.ts': "import type { Decided } from '../decide/decide.ts';\nexport type View = Decided;",
  'electron/darkroom/process/worker.ts': "import { net } from 'electron';\nexport const worker = net;",
  'cli/one.ts':
    "import { one } from '../shared/one.ts';\nimport { kept } from '../electron/wallet/kept.ts';\nexport const command = [one, kept];",
  'server/one.ts': "import { one } from '../shared/one.ts';\nexport type Served = 1;\nexport const served = one;",
};

const violations: [what: string, rule: string, path: string, text: string][] = [
  ['shared importing Node', 'shared-is-pure', 'shared/node.ts', "import { join } from 'node:path';\nexport const a = join;"],
  ['shared importing electron/', 'shared-is-pure', 'shared/outward.ts', "export { kept } from '../electron/wallet/kept.ts';"],
  [
    'a type-only import out of shared',
    'shared-is-pure',
    'shared/typed.ts',
    "import type { Served } from '../server/one.ts';\nexport type A = Served;",
  ],
  [
    'the renderer importing electron/',
    'renderer-sees-shared-only',
    'renderer/across.tsx',
    "export { kept } from '../electron/wallet/kept.ts';",
  ],
  ['the renderer importing Node', 'renderer-has-no-node', 'renderer/node.ts', "import { join } from 'node:path';\nexport const a = join;"],
  [
    'the renderer importing Electron',
    'renderer-has-no-electron',
    'renderer/shell.ts',
    "import { app } from 'electron';\nexport const a = app;",
  ],
  ['electron/ importing server/', 'electron-sees-shared-only', 'electron/across.ts', "export { served } from '../server/one.ts';"],
  [
    'the command line importing server/',
    'the-command-line-sees-shared-and-the-studio',
    'cli/across.ts',
    "export { served } from '../server/one.ts';",
  ],
  [
    'the command line reaching Electron by a detour',
    'the-command-line-has-no-electron',
    'cli/detour.ts',
    "export { main } from '../electron/main.ts';",
  ],
  ['electron/ importing cli/', 'electron-sees-shared-only', 'electron/command.ts', "export { command } from '../cli/one.ts';"],
  ['server/ importing electron/', 'server-sees-shared-only', 'server/across.ts', "export { kept } from '../electron/wallet/kept.ts';"],
  [
    'the wallet importing Electron',
    'only-the-shell-knows-electron',
    'electron/wallet/direct.ts',
    "import { app } from 'electron';\nexport const a = app;",
  ],
  [
    'the wallet reaching Electron by a detour',
    'only-the-shell-knows-electron',
    'electron/wallet/detour.ts',
    "export { main } from '../main.ts';",
  ],
  [
    'the studio reaching Electron',
    'only-the-shell-knows-electron',
    'electron/studio/window.ts',
    "import { app } from 'electron';\nexport const a = app;",
  ],
  [
    'the wallet looking up at the studio',
    'order-of-electron',
    'electron/wallet/upward.ts',
    "import type { Opened } from '../studio/opened.ts';\nexport type A = Opened;",
  ],
  [
    'the library looking sideways at the wallet',
    'order-of-electron',
    'electron/library/sideways.ts',
    "export { kept } from '../wallet/kept.ts';",
  ],
  [
    'the darkroom looking up at the library',
    'order-of-electron',
    'electron/darkroom/files/upward.ts',
    "import type { Row } from '../../library/row.ts';\nexport type A = Row;",
  ],
  ['the studio looking up at its shell', 'order-of-electron', 'electron/studio/upward.ts', "export { window } from '../shell/window.ts';"],
  [
    'a matte looking up at the composite',
    'order-of-electron-darkroom',
    'electron/darkroom/matte/upward.ts',
    "import type { Composed } from '../compose/compose.ts';\nexport type A = Composed;",
  ],
  [
    'the credit engine looking up at the wire contract',
    'order-of-shared',
    'shared/credits/model/upward.ts',
    "import type { Wire } from '../../api/wire.ts';\nexport type A = Wire;",
  ],
  [
    'a decision looking up at what reads',
    'order-of-shared-credits',
    'shared/credits/decide/upward.ts',
    "import type { View } from '../read/view.ts';\nexport type A = View;",
  ],
  [
    'the copy of the ledger looking up at the history',
    'order-of-electron-wallet',
    'electron/wallet/copy/upward.ts',
    "import type { History } from '../history.ts';\nexport type A = History;",
  ],
  [
    'the page’s state looking up at a page',
    'order-of-renderer',
    'renderer/state/upward.ts',
    "export { Plans } from '../billing/Plans.tsx';",
  ],
  [
    'a page looking sideways at another',
    'order-of-renderer',
    'renderer/studio/sideways.ts',
    "export { Plans } from '../billing/Plans.tsx';",
  ],
  [
    'a control looking at the state',
    'order-of-renderer',
    'renderer/ui/controls/State.tsx',
    "export { wallet } from '../../state/wallet.ts';",
  ],
  [
    'a control looking up at a dialog',
    'order-of-renderer-ui',
    'renderer/ui/controls/Upward.tsx',
    "export { Dialog } from '../layout/Dialog.tsx';",
  ],
  ['the product importing its tools', 'product-does-not-need-its-tools', 'server/tools.ts', "export { tool } from '../scripts/tool.ts';"],
  [
    'a payment provider looking up at what a payment brings',
    'order-of-server-billing',
    'server/billing/payments/upward.ts',
    "export { brought } from '../fulfilment/brought.ts';",
  ],
  [
    'the canvas looking up at the panel',
    'order-of-renderer-studio',
    'renderer/studio/canvas/Upward.tsx',
    "export { Section } from '../panel/Section.tsx';",
  ],
  [
    'the ledger looking up at billing, even for a type',
    'order-of-server',
    'server/ledger/bills.ts',
    "import type { Bill } from '../billing/bill.ts';\nexport type Billed = Bill;",
  ],
  ['identity looking up at the ledger', 'order-of-server', 'server/identity/held.ts', "export { entry } from '../ledger/entry.ts';"],
  ['billing looking up at messages', 'order-of-server', 'server/billing/told.ts', "export { letter } from '../messages/letter.ts';"],
  ['reports looking aside at billing', 'order-of-server', 'server/reports/beside.ts', "export { bill } from '../billing/bill.ts';"],
  ['a service looking up at the routes', 'order-of-server', 'server/admin/route.ts', "export { route } from '../routes/route.ts';"],
  ['a cycle', 'no-cycles', 'shared/circle-a.ts', "import { b } from './circle-b.ts';\nexport const a = () => b;"],
  [
    'a circle of types',
    'no-cycles',
    'shared/types-a.ts',
    "import type { B } from './types-b.ts';\nexport interface A {\n  readonly b: B | null;\n}",
  ],
  ['an import of nothing', 'every-import-resolves', 'shared/absent.ts', "export { one } from './nowhere.ts';"],
];

const accomplices: Record<string, string> = {
  'shared/circle-b.ts': "import { a } from './circle-a.ts';\nexport const b = () => a;",
  'shared/types-b.ts': "import type { A } from './types-a.ts';\nexport interface B {\n  readonly a: A | null;\n}",
  'electron/library/row.ts': 'export type Row = 1;',
  'scripts/tool.ts': 'export const tool = 1;',
  'server/billing/fulfilment/brought.ts': 'export const brought = 1;',
  'renderer/studio/panel/Section.tsx': 'export const Section = 1;',
  'server/billing/bill.ts': 'export type Bill = 1;\nexport const bill = 1;',
  'server/ledger/entry.ts': 'export const entry = 1;',
  'server/messages/letter.ts': 'export const letter = 1;',
  'server/routes/route.ts': 'export const route = 1;',
};

let tree = '';
function write(files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    writeFileSync(join(tree, path), `${text}\n`);
  }
}

beforeAll(() => {
  tree = mkdtempSync(join(tmpdir(), 'backlot-layering-'));
  for (const name of ['.dependency-cruiser.mjs', 'tsconfig.json', 'package.json', 'biome.json', 'scripts/lint']) {
    cpSync(join(root, name), join(tree, name), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(tree, 'node_modules'), 'junction');
});
afterAll(() => rmSync(tree, { recursive: true, force: true }));

interface Violation {
  readonly from: string;
  readonly rule: string;
}

function cruise(): Violation[] {
  const cruiser = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
  const hook = join(root, 'scripts/lint/typescript-api.mjs');
  const args = [
    '--import',
    hook,
    cruiser,
    '--config',
    '.dependency-cruiser.mjs',
    '--output-type',
    'json',
    'shared',
    'electron',
    'renderer',
    'server',
    'cli',
  ];
  const { stdout } = spawnSync(node24(), args, { cwd: tree, encoding: 'utf8' });
  const result: { summary: { violations: { from: string; rule: { name: string } }[] } } = JSON.parse(stdout);
  return result.summary.violations.map(({ from, rule }) => ({ from, rule: rule.name }));
}

describe('the layering rule', { timeout: 30_000 }, () => {
  it('gives every room of the server a floor, above which main.ts stands', () => {
    const rules = (config.forbidden ?? []).filter(({ name }) => name === 'order-of-server');
    const floors = rules.flatMap(({ from }) => [from.path ?? []].flat());
    const rooms = readdirSync(join(root, 'server'))
      .filter((name) => name !== 'main.ts')
      .map((name) => `server/${name}${name.endsWith('.ts') ? '' : '/'}`);
    expect(rooms.filter((room) => !floors.some((floor) => new RegExp(floor).test(room)))).toEqual([]);
  });

  it('lets the allowed arrows through', () => {
    write(allowed);
    expect(cruise()).toEqual([]);
  });

  describe('in a tree that breaks it', () => {
    let found: Violation[] = [];
    beforeAll(() => {
      write({ ...allowed, ...accomplices, ...Object.fromEntries(violations.map(([, , path, text]) => [path, text])) });
      found = cruise();
    }, 30_000);

    it.each(violations)('refuses %s', (_what, rule, path) => {
      expect(found.filter(({ from }) => from === path).map((violation) => violation.rule)).toContain(rule);
    });

    it('still names nobody else', () => {
      const culprits = [...violations.map(([, , path]) => path), ...Object.keys(accomplices)];
      expect(found.filter(({ from }) => !culprits.includes(from))).toEqual([]);
    });
  });
});

/** What the linter says of a file of the small tree. */
function lint(path: string, text: string): string {
  write({ [path]: text });
  spawnSync('git', ['init', '-q'], { cwd: tree });
  const biome = join(root, 'node_modules/@biomejs/biome/bin/biome');
  const { stdout, stderr } = spawnSync(node24(), [biome, 'lint', path], { cwd: tree, encoding: 'utf8' });
  return stdout + stderr;
}

describe('the calendar rule', { timeout: 30_000 }, () => {
  const forbidden = "The computer's own calendar is not the account's";

  it.each(['shared', 'electron', 'renderer', 'cli', 'server'])('refuses the calendar of a Date in %s/', (house) => {
    expect(lint(`${house}/calendar.ts`, "export const a = (at: Date) => [at.getMonth(), at.toLocaleDateString('en')];")).toContain(
      forbidden,
    );
  });

  it('allows a named time zone, and the instant itself', () => {
    const text = "export const a = (at: Date) => [new Intl.DateTimeFormat('en', { timeZone: 'UTC' }).format(at), at.getTime()];";
    expect(lint('renderer/calendar.ts', text)).not.toContain(forbidden);
  });
});

describe('the clock rule', { timeout: 30_000 }, () => {
  const forbidden = 'Ambient time, timers and randomness are forbidden here';

  it.each(['Date.now()', 'new Date()', 'Math.random()', 'crypto.randomUUID()', 'setTimeout(() => 0, 1)'])(
    'refuses %s in shared/',
    (call) => {
      expect(lint('shared/a.ts', `export const a = ${call};`)).toContain(forbidden);
    },
  );

  it.each(['electron/wallet', 'electron/applying', 'electron/paid-work', 'electron/library'])('holds in %s', (folder) => {
    expect(lint(`${folder}/a.ts`, 'export const now = Date.now;')).toContain(forbidden);
  });

  it('allows an instant that was handed in, and the clock outside', () => {
    expect(lint('shared/a.ts', 'export const a = new Date(0);')).not.toContain(forbidden);
    expect(lint('electron/a.ts', 'export const a = Date.now();')).not.toContain(forbidden);
  });
});
