/** A credit server in memory with a small ledger, and the wallet that keeps a copy of it. */
import { join } from 'node:path';
import { openDatabase } from '../../../electron/storage/sqlite.ts';
import { openCache } from '../../../electron/wallet/copy/cache.ts';
import { outboxMigrations } from '../../../electron/wallet/copy/schema.ts';
import { OutboxStore } from '../../../electron/wallet/orders/outbox-store.ts';
import type { Answer, StreamListener, Transport } from '../../../electron/wallet/transport.ts';
import { Wallet } from '../../../electron/wallet/wallet.ts';
import type { World } from '../../../electron/world.ts';
import { backgroundStudio } from '../../../shared/policies/index.ts';
import { startOfTest } from './fake-world.ts';
import { SmallLedger } from './small-ledger.ts';

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

export class SmallServer implements Transport {
  ledger = new SmallLedger();
  works = true;
  /** Answers that are held back; null: they come at once. */
  late: (() => void)[] | null = null;
  listeners: StreamListener[] = [];
  /** Every path that was asked for. */
  readonly asked: string[] = [];

  async send({ path }: { path: string }): Promise<Answer> {
    this.asked.push(path);
    const { late } = this;
    const answer: Answer = this.works
      ? { kind: 'answer', status: 200, body: this.answer(path), retryAfterMs: null }
      : { kind: 'silence', reason: 'No network.' };
    if (late !== null) await new Promise<void>((resolve) => void late.push(resolve));
    return answer;
  }

  download = async () => ({ kind: 'no file', reason: '' }) as const;
  upload = async () => ({ kind: 'silence', reason: '' }) as const;

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

/** The wallet on the copy in that folder. Not connected yet. */
export function openWallet(folder: string, world: World): Wallet {
  const db = openDatabase({ path: ':memory:', migrations: outboxMigrations, durability: 'full' });
  return new Wallet({
    cache: openCache(join(folder, 'cache.db'), world.log),
    outbox: new OutboxStore(db, world),
    world,
    emit: () => undefined,
    invoiceFolder: join(folder, 'invoices'),
  });
}

/** Lets everything that waits for nothing else happen. */
export async function quiet(): Promise<void> {
  for (let turn = 0; turn < 12; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
