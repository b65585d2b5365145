/** PS-06 in the app: the page names the link, the main process makes its address from what the wallet on this machine knows. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { FilesSetAside } from '../../../electron/shell/set-aside.ts';
import { shellCalls } from '../../../electron/shell/shell-calls.ts';
import { SettingsStore } from '../../../electron/storage/settings.ts';
import type { Desktop } from '../../../electron/studio/desktop.ts';
import type { AccountId } from '../../../shared/credits/model/quantities.ts';
import { accountNamed } from '../../quantities.ts';

const folder = mkdtempSync(join(tmpdir(), 'backlot-support-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function opened(customer: { accountId: AccountId; plan: string | null } | null): Promise<string> {
  const addresses: string[] = [];
  const desktop: Desktop = {
    choosePhotos: async () => [],
    choosePictures: async () => [],
    chooseFolder: async () => null,
    chooseSavePath: async () => null,
    openFile: async () => null,
    showInFolder: () => undefined,
    openAddress: async (address) => void addresses.push(address),
  };
  const settings = new SettingsStore(join(folder, 'settings.json'), { theme: 'dark', surround: 96, outputFolder: folder, serverUrl: null });
  const facts = { version: '1', electron: '1', dataFolder: folder, platform: 'linux', licencesFile: 'NOTICE.md' };
  const calls = shellCalls(settings, new FilesSetAside(folder, () => folder), desktop, facts, async () => customer);
  expect(await calls['app.openLink']({ link: 'support' })).toEqual({ ok: true, value: undefined });
  return new URL(addresses[0] ?? '').searchParams.get('subject') ?? '';
}

it.each([
  [{ accountId: accountNamed('acc_1'), plan: 'Professional Plus' }, 'Credits - Help Center (account acc_1, plan Professional Plus)'],
  [{ accountId: accountNamed('acc_1'), plan: null }, 'Credits - Help Center (account acc_1, no plan)'],
  [null, 'Credits - Help Center'],
])('for %o the subject is "%s"', async (customer, subject) => expect(await opened(customer)).toBe(subject));
