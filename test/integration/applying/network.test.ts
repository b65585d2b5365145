import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { oneRecipe } from '../../../shared/ipc/edits.ts';
import { type Account, type RunningServer, startServer } from '../server/running-server.ts';
import { finished, type OpenedStudio, onPaper, openOn, removeFolder, studioFolder, type Trouble } from '../wallet/studio-on-server.ts';
import { slowDarkroom } from './slow-darkroom.ts';

let server: RunningServer;
let account: Account;
let opened: OpenedStudio;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());
beforeEach(async () => {
  await server.clock('2026-11-23T09:00:00Z');
  account = await server.account({ plan: 'basic' });
  await server.grant(account.accountId, 'purchased', '10');
  opened = await openOn(server, account, studioFolder(), slowDarkroom(5));
  await opened.online();
});
afterEach(async () => {
  await opened.close();
  removeFolder(opened.folder);
});

const batch = () => opened.studio.applying.batches()[0];
const charges = async (): Promise<string[]> =>
  (await account.get('/v1/ledger?limit=1000')).body.entries
    .filter((entry: { kind: string }) => entry.kind === 'settled')
    .map((entry: { opId: string; body: { holdId: string } }) => entry.body.holdId);

describe('a network that fails', () => {
  const stories: readonly (readonly (Trouble | null)[])[] = [
    ['drop request'],
    ['drop response'],
    ['fault 500'],
    ['busy 503'],
    ['drop response', 'drop response', 'drop response'],
    [null, 'drop response', 'drop request', 'fault 500', null, 'drop response'],
    [null, null, 'busy 503', 'drop response'],
  ];
  test.each(stories.map((troubles) => [troubles.map((trouble) => trouble ?? 'fine').join(', '), troubles] as const))(
    '%s: each photo charged once',
    async (_title, troubles) => {
      const ids = await opened.import('1.jpg', '2.jpg', '3.jpg');
      opened.line.troubles.push(...troubles);
      expect(await opened.studio.applying.apply(oneRecipe(ids, onPaper), 'all or nothing')).toMatchObject({ ok: true });
      await opened.until(finished(opened.studio));
      expect(batch()).toMatchObject({ applied: 3, charged: '3' });
      const settled = await charges();
      expect(settled).toHaveLength(3);
      expect(new Set(settled).size).toBe(3);
    },
  );

  test('gone in the middle: what is held is rendered, charging waits and says so, coming back finishes it', async () => {
    const ids = await opened.import('1.jpg', '2.jpg', '3.jpg', '4.jpg');
    await opened.studio.applying.apply(oneRecipe(ids, onPaper), 'all or nothing');
    opened.line.cut = true;
    await opened.until(() => batch()?.state === 'waiting for network');
    expect(opened.studio.library.snapshot().photos.filter(({ state }) => state !== 'applied')).not.toEqual([]);
    opened.line.cut = false;
    opened.connect();
    await opened.until(finished(opened.studio));
    expect(batch()).toMatchObject({ applied: 4, charged: '4' });
    expect(await charges()).toHaveLength(4);
  });

  test('away for longer than a hold lives: it is held again and charged once', async () => {
    const ids = await opened.import('1.jpg', '2.jpg');
    await opened.studio.applying.apply(oneRecipe(ids, onPaper), 'all or nothing');
    opened.line.cut = true;
    await opened.until(() => batch()?.state === 'waiting for network');
    await server.clock('2026-11-23T12:00:00Z');
    await server.sweep();
    opened.line.cut = false;
    opened.connect();
    await opened.until(finished(opened.studio));
    expect(batch()).toMatchObject({ applied: 2, charged: '2' });
    await opened.studio.wallet.sync();
    expect(opened.studio.wallet.get().wallet).toMatchObject({ available: '8', held: '0' });
    expect((await account.get('/v1/wallet')).body).toMatchObject({ available: '8', held: '0' });
  });

  /** One photo made while the network was away for longer than its hold lives; meanwhile the credit was spent elsewhere. */
  async function madeNotPaid(): Promise<string> {
    const [id = ''] = await opened.import('1.jpg');
    await opened.studio.applying.apply(oneRecipe([id], onPaper), 'all or nothing');
    opened.line.cut = true;
    await opened.until(() => batch()?.state === 'waiting for network');
    await server.clock('2026-11-23T12:00:00Z');
    await server.sweep();
    const operations = Array.from({ length: 10 }, (_, index) => ({
      opId: crypto.randomUUID(),
      kind: 'apply',
      photo: `elsewhere ${index}`,
      recipe: { background: 'paper' },
    }));
    expect((await account.post('/v1/operations', { atomic: true, operations })).status).toBe(200);
    opened.line.cut = false;
    opened.connect();
    await opened.until(() => batch()?.state === 'waiting for credit');
    expect(batch()).toMatchObject({ applied: 0, unpaid: 1, charged: '0', problems: [{ code: 'made_not_paid' }] });
    expect(await charges()).toEqual([]);
    expect(opened.studio.library.versions(id)).toEqual([]);
    return id;
  }

  test('away, and the credit is spent elsewhere meanwhile: made, not paid, until there is credit; then charged and delivered once', async () => {
    const id = await madeNotPaid();
    await server.grant(account.accountId, 'purchased', '1');
    await opened.until(finished(opened.studio));
    expect(batch()).toMatchObject({ applied: 1, unpaid: 0, charged: '1', problems: [] });
    expect(await charges()).toHaveLength(1);
    expect(opened.studio.library.versions(id)).toHaveLength(1);
  });

  test('made, not paid, and cancelled: discarded, nothing is charged, also when there is credit later', async () => {
    const id = await madeNotPaid();
    opened.studio.applying.cancel(batch()?.id ?? '');
    await opened.until(finished(opened.studio));
    expect(batch()).toMatchObject({ state: 'cancelled', applied: 0, cancelled: 1, charged: '0' });
    await server.grant(account.accountId, 'purchased', '1');
    await opened.studio.wallet.sync();
    expect(await charges()).toEqual([]);
    expect(opened.studio.library.versions(id)).toEqual([]);
  });

  test('offline from the start: refused with a clear word', async () => {
    const ids = await opened.import('1.jpg');
    opened.studio.disconnect('The credit server cannot be reached.', true);
    const refused = await opened.studio.applying.apply(oneRecipe(ids, onPaper), 'all or nothing');
    expect(refused).toMatchObject({ ok: false, error: { code: 'offline' } });
    expect(!refused.ok && refused.error.message).toBe(
      'Offline. Applying waits for the network; nothing was charged. Preview, history and finished pictures work. The credit server cannot be reached.',
    );
  });

  test('ST-02: a logo without a background is refused here and by the server', async () => {
    const ids = await opened.import('1.jpg');
    expect(await opened.studio.applying.apply(oneRecipe(ids, { ...onPaper, background: null }), 'all or nothing')).toMatchObject({
      ok: false,
      error: { code: 'background_required' },
    });
    const answer = await account.post('/v1/operations', {
      atomic: true,
      operations: [{ opId: crypto.randomUUID(), kind: 'apply', photo: 'p', recipe: { background: null, logo: 'file:x' } }],
    });
    expect(answer).toMatchObject({ body: { code: 'background_required' } });
    expect((await account.get('/v1/wallet')).body).toMatchObject({ available: '10', held: '0' });
  });
});
