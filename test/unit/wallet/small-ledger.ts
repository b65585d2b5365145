/** A real account's ledger in memory — the engine's own entries, hashed and signed — for tests of the copy. */
import { generateKeyPairSync, sign } from 'node:crypto';
import { headMessage, type LedgerEntry, type LedgerPage } from '../../../shared/api/index.ts';
import {
  type AccountState,
  type Command,
  decide,
  type Entry,
  effectOnAvailable,
  emptyAccount,
  encodeEntry,
  evolveAll,
  formatAmount,
  open,
  slicesOf,
  view,
} from '../../../shared/credits/index.ts';
import { chainHash, GENESIS } from '../../../shared/ledger/chain.ts';
import { backgroundStudio } from '../../../shared/policies/index.ts';
import { accountNamed, opNamed, placed } from '../../quantities.ts';
import { startOfTest } from './fake-world.ts';

const policy = backgroundStudio();
const iso = (at: number): string => new Date(at).toISOString();

export class SmallLedger {
  readonly accountId: string;
  epoch = 'epoch-1';
  lines: LedgerEntry[] = [];
  state: AccountState = emptyAccount;
  readonly keyId = 'key-1';
  readonly #keys = generateKeyPairSync('ed25519');

  constructor(accountId = 'acc_smallledger') {
    this.accountId = accountId;
    this.append(open(policy, { accountId: accountNamed(accountId), plan: 'professional-plus', slots: 1, timeZone: 'UTC' }, startOfTest));
  }

  get publicKey(): string {
    return this.#keys.publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64');
  }

  /** A pack of 50 credits. */
  buy(opId: string): void {
    this.run({ kind: 'purchase', opId: opNamed(opId), packId: 'pack-50' });
  }

  /** One credit for each of these operations. */
  hold(...opIds: readonly string[]): void {
    const operations = opIds.map((opId) => ({
      opId: opNamed(opId),
      kind: 'apply',
      photo: opId,
      recipe: { background: 'built-in:paper', logo: null },
    }));
    this.run({ kind: 'hold', atomic: true, operations });
  }

  run(command: Command): void {
    const decision = decide(policy, this.state, command, startOfTest);
    if (!decision.ok) throw new Error(JSON.stringify(decision.refusal));
    this.append(decision.entries);
  }

  available(): bigint {
    return view(policy, this.state, startOfTest).available;
  }

  page(after: number, limit: number): LedgerPage {
    const last = this.lines.at(-1);
    const head = { seq: last?.seq ?? placed(0), hash: last?.hash ?? GENESIS };
    const message = headMessage(this.accountId, this.epoch, head.seq, head.hash);
    const signature = sign(null, Buffer.from(message), this.#keys.privateKey).toString('base64');
    return structuredClone({
      entries: this.lines.slice(after, after + limit),
      head: { ...head, signature, keyId: this.keyId },
      epoch: this.epoch,
    });
  }

  /** Writes entries as they are, whoever decided them. */
  append(entries: readonly Entry[]): void {
    let available = BigInt(this.lines.at(-1)?.availableAfter ?? '0');
    for (const entry of entries) {
      const seq = placed(this.lines.length + 1);
      const prevHash = this.lines.at(-1)?.hash ?? GENESIS;
      available += effectOnAvailable(entry);
      this.lines.push({
        seq,
        opId: entry.opId,
        at: iso(entry.at),
        kind: entry.kind,
        amount: formatAmount(effectOnAvailable(entry), policy.unit),
        slices: slicesOf(entry).map((slice) => ({ ...slice, amount: formatAmount(slice.amount, policy.unit) })),
        availableAfter: String(available),
        prevHash,
        hash: chainHash(prevHash, seq, entry),
        body: structuredClone(encodeEntry(entry)) as Record<string, unknown>,
      });
    }
    this.state = evolveAll(this.state, entries);
  }
}
