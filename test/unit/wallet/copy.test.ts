/** Whatever the network does and however often the process ends: once both behave, the copy is what the server has. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Wallet } from '../../../electron/wallet/wallet.ts';
import { runs } from '../../runs.ts';
import { fakeWorld } from './fake-world.ts';
import { SmallLedger } from './small-ledger.ts';
import { openWallet, quiet, SmallServer } from './small-server.ts';

type Happening =
  | 'grows'
  | 'history replaced'
  | 'stream ends'
  | 'network fails'
  | 'network works'
  | 'time passes'
  | 'process ends'
  | 'somebody asks'
  | 'answer is late';

const happenings = fc.array(
  fc.constantFrom<Happening[]>(
    'grows',
    'grows',
    'history replaced',
    'stream ends',
    'network fails',
    'network works',
    'time passes',
    'time passes',
    'process ends',
    'somebody asks',
    'answer is late',
  ),
  { maxLength: 30 },
);

describe('the copy of the ledger', () => {
  test('ends up as what the server has', async () => {
    await fc.assert(
      fc.asyncProperty(happenings, async (story) => {
        const folder = mkdtempSync(join(tmpdir(), 'backlot-copy-'));
        const world = fakeWorld();
        const server = new SmallServer();
        let replaced = 0;
        const start = (): Wallet => {
          const begun = openWallet(folder, world);
          begun.connect(server, true);
          return begun;
        };
        let wallet = start();
        const act: Record<Happening, () => void> = {
          grows() {
            server.ledger.buy(world.ids.next());
            for (const listener of server.listeners) listener.wake('ledger');
          },
          'history replaced'() {
            replaced += 1;
            server.ledger = new SmallLedger();
            server.ledger.epoch = `epoch-${replaced + 1}`;
          },
          'stream ends': () => server.listeners.splice(0).forEach((listener) => void listener.end()),
          'network fails'() {
            server.works = false;
            server.listeners.splice(0).forEach((listener) => void listener.end());
          },
          'network works'() {
            server.works = true;
          },
          'time passes': () => world.pass(2000),
          'process ends'() {
            wallet.close();
            wallet = start();
          },
          'somebody asks': () => void wallet.sync(),
          'answer is late'() {
            if (server.late === null) server.late = [];
            else server.answerLate();
          },
        };
        for (const happening of story) {
          act[happening]();
          await quiet();
        }
        server.works = true;
        server.answerLate();
        for (let turn = 0; turn < 6; turn += 1) {
          await quiet();
          world.pass(70_000);
        }
        await quiet();
        const { connection, wallet: view } = wallet.get();
        expect(connection.state).toBe('online');
        expect(view?.available).toBe(String(server.ledger.available()));
        expect(wallet.history(null, 500, null).lines.map(({ seq }) => seq)).toEqual(server.ledger.lines.map(({ seq }) => seq).reverse());
        wallet.close();
        rmSync(folder, { recursive: true, force: true });
      }),
      { numRuns: runs(60), examples: [[['history replaced', 'history replaced']]] },
    );
  }, 120_000);
});
