import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RunningServer, startServer } from '../server/running-server.ts';
import { finished, openOn, removeFolder, studioFolder } from '../wallet/studio-on-server.ts';
import { slowDarkroom } from './slow-darkroom.ts';

let server: RunningServer;
beforeAll(async () => {
  server = await startServer({ args: [] });
});
afterAll(() => server.stop());

const photos = 12;

/** Starts the studio in a process of its own and kills it, without a warning, `afterMs` after so many photos were applied. */
async function killAfter(folder: string, token: string, applied: number, afterMs: number): Promise<void> {
  const script = join(import.meta.dirname, 'studio-process.ts');
  const child = spawn(process.execPath, [script, folder, server.url, token], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  for await (const said of createInterface({ input: child.stdout })) {
    const reached = said === 'asked' ? 0 : Number(/^applied (\d+)/.exec(said)?.[1] ?? -1);
    if (reached < applied) continue;
    setTimeout(() => child.kill('SIGKILL'), afterMs);
    break;
  }
  await exited;
}

describe('a process that is killed in the middle of a batch', () => {
  test.each([
    [0, 0],
    [0, 30],
    [1, 0],
    [3, 10],
  ])('after %i photos and %i ms: nothing charged twice, nothing lost', async (applied, afterMs) => {
    const account = await server.account({ plan: 'basic' });
    await server.grant(account.accountId, 'purchased', String(photos));
    const folder = studioFolder();
    try {
      const first = await openOn(server, account, folder, slowDarkroom(1));
      for (let n = 0; n < photos; n += 1) await first.photo(`IMG_${n}.jpg`);
      await first.close();
      await killAfter(folder, account.token, applied, afterMs);

      const opened = await openOn(server, account, folder, slowDarkroom(1));
      await opened.online();
      // Killed before the batch was on disk: then nothing may have been asked of the server either.
      const began = opened.studio.applying.batches().length > 0;
      if (began) await opened.until(finished(opened.studio));
      await opened.studio.wallet.sync();
      const charged = began ? photos : 0;
      expect((await account.get('/v1/wallet')).body).toMatchObject({ available: String(photos - charged), held: '0' });
      for (const photo of opened.studio.library.snapshot().photos) {
        const versions = opened.studio.library.versions(photo.id);
        expect(versions).toHaveLength(began ? 1 : 0);
        for (const version of versions) {
          expect((await account.get(`/v1/operations/${version.opId}`)).body).toMatchObject({ status: 'settled', charged: '1' });
          expect(existsSync(version.savedTo ?? '')).toBe(true);
        }
      }
      const left = existsSync(join(folder, 'results'))
        ? readdirSync(join(folder, 'results'), { recursive: true }).filter((name) => String(name).endsWith('.part'))
        : [];
      expect(left).toEqual([]);
      await opened.close();
    } finally {
      removeFolder(folder);
    }
  });
});
