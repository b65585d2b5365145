/** Whatever the network does and however often the process ends: once both behave, the copy is what the server has. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openDatabase } from '../../../electron/storage/sqlite.ts';
import { openCache } from '../../../electron/wallet/copy/cache.ts';
import { outboxMigrations } from '../../../electron/wallet/copy/schema.ts';
import { createOutbox } from '../../../electron/wallet/orders/outbox.ts';
import type { Answer, StreamListener, Transport } from '../../../electron/wallet/transport.ts';
import { createWallet, type Wallet } from '../../../electron/wallet/wallet.ts';
import { backgroundStudio } from '../../../shared/policies/index.ts';
import { fakeWorld, startOfTest } from './fake-world.ts';
import { SmallLedger } from './small-ledger.ts';

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

const policy = backgroundStudio();
const policyAnswer = {
  id: policy.id,
  version: policy.version,
  label: policy.label,
  unit: policy.unit,
  buckets: policy.buckets,
  plans: [],
  declaration: JSON.parse(JSON.stringify(policy, (_key, value) => (typeof value === 'bigint' ? String(value) : value))),
};

class SmallServer implements Transport {
  ledger = new SmallLedger();
  works = true;
  /** Answers that are held back; null: they come at once. */
  late: (() => void)[] | null = null;
  listeners: StreamListener[] = [];
  replaced = 0;

  async send({ path }: { path: string }): Promise<Answer> {
    const { late } = this;
    const answer: Answer = this.works
      ? { kind: 'answer', status: 200, body: this.answer(path), retryAfterMs: null }
      : { kind: 'silence', reason: 'No network.' };
    if (late !== null) await new Promise<void>((resolve) => void late.push(resolve));
    return answer;
  }

  download = async () => ({ kind: 'no file', reason: '' }) as const;

  listen = (_path: string, listener: StreamListener) => {
    if (this.works) {
      this.listeners.push(listener);
      queueMicrotask(() => listener.open());
    } else queueMicrotask(() => listener.end());
    return () => {
      this.listeners = this.listeners.filter((other) => other !== listener);
    };
  };

  answerLate(): void {
    for (const answer of this.late?.splice(0) ?? []) answer();
    this.late = null;
  }

  private answer(path: string): unknown {
    const { ledger } = this;
    const query = /^\/v1\/ledger\?after=(\d+)&limit=(\d+)$/.exec(path);
    // Two a page, so that pulling takes several.
    if (query) return ledger.page(Number(query[1]), 2);
    if (path === '/v1/keys') return { keys: [{ keyId: ledger.keyId, algorithm: 'Ed25519', publicKey: ledger.publicKey }] };
    if (path === '/v1/policy') return structuredClone(policyAnswer);
    if (path !== '/v1/wallet') return [];
    const { id, label, version, unit } = policy;
    const asOf = new Date(startOfTest).toISOString();
    return {
      accountId: ledger.accountId,
      policy: { id, label, version },
      unit,
      asOf,
      seq: 0,
      available: '0',
      held: '0',
      buckets: [],
      plan: null,
      alerts: [],
    };
  }
}

async function quiet(): Promise<void> {
  for (let turn = 0; turn < 12; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

describe('the copy of the ledger', () => {
  test('ends up as what the server has', async () => {
    await fc.assert(
      fc.asyncProperty(happenings, async (story) => {
        const folder = mkdtempSync(join(tmpdir(), 'backlot-copy-'));
        const world = fakeWorld();
        const server = new SmallServer();
        const start = (): Wallet => {
          const db = openDatabase({ path: ':memory:', migrations: outboxMigrations, durability: 'full' });
          const outbox = createOutbox({ db, world, transport: () => server, answered: () => undefined });
          const begun = createWallet({
            cache: openCache(join(folder, 'cache.db'), world.log),
            outbox: () => outbox,
            world,
            emit: () => undefined,
            invoiceFolder: join(folder, 'invoices'),
            photoOf: () => null,
            pendingPhotos: () => 0,
            reportsSeen: () => undefined,
            connected: () => undefined,
          });
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
            server.replaced += 1;
            server.ledger = new SmallLedger();
            server.ledger.epoch = `epoch-${server.replaced + 1}`;
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
      { numRuns: 60, examples: [[['history replaced', 'history replaced']]] },
    );
  }, 120_000);
});
