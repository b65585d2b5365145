/**
 * Compares what the copied ledger says was charged with what was delivered: a charge without a picture is matched to its file by the
 * notes beside it, and delivered; where there is no file it becomes a case for people. No database of the studio's own is needed for
 * it, and none of them is trusted to be the one that was there before.
 */
import { BEFORE_FIRST, seqFrom } from '../../shared/credits/model/minting.ts';
import type { AccountId, OpId, Seq } from '../../shared/credits/model/quantities.ts';
import type { World } from '../world.ts';
import type { Cases, PaidCase } from './cases.ts';
import { MOST_LOCAL_FAULTS } from './faults.ts';
import type { PaidRecord, PaidRecords } from './records.ts';

/** An operation that was charged, as the copy of the ledger has it. */
export interface ChargedOperation {
  readonly seq: Seq;
  readonly opId: OpId;
  readonly kind: string;
  /** As the client named it; null: it did not. */
  readonly photo: string | null;
  readonly charged: string;
}

/** What became of a charge that was looked into. */
export type Recovered =
  /** It is where it belongs now. */
  | { readonly kind: 'delivered' }
  /** It goes on by itself. */
  | { readonly kind: 'under way' }
  /** Another machine made it. */
  | { readonly kind: 'not ours' }
  | { readonly kind: 'case'; readonly found: Pick<PaidCase, 'kind' | 'photoName' | 'path'> };

/** What a craft knows of its own charges. */
export interface RecoveringCraft {
  isDelivered(opId: OpId): boolean;
  /** Whether a job goes on by itself with this operation, or under this id. */
  isLive(id: string): boolean;
  recover(charge: ChargedOperation, record: PaidRecord | null): Promise<Recovered>;
  /** Its operation came to nothing: the file goes, where no other operation stands for it. */
  discard(record: PaidRecord): void;
}

/** What comparing charges with deliveries needs. */
export interface RecoveryParts {
  readonly ledger: {
    readonly accountId: () => AccountId | null;
    /** The newest entry. */
    readonly head: () => Seq;
    /** Oldest first. */
    readonly chargedAfter: (seq: Seq, limit: number) => readonly ChargedOperation[];
    readonly endingOf: (opId: OpId) => 'settled' | 'released' | null;
  };
  /** How far the ledger was compared already; lost with the library. */
  readonly marks: { readonly mark: (name: string) => number; readonly setMark: (name: string, value: number) => unknown };
  readonly records: PaidRecords;
  readonly cases: Cases;
  readonly crafts: Readonly<Record<PaidRecord['work']['kind'], RecoveringCraft>>;
  /** "1 credit" of an amount. */
  readonly amountText: (amount: string) => string;
  readonly world: World;
}

const PAGE = 500;

/** Compares what was charged with what was delivered, from where it stopped the last time. */
export class Recovery {
  readonly #parts: RecoveryParts;
  #running: Promise<void> = Promise.resolve();
  #stopped = false;
  /** How often a charge could not be looked into, in this process. */
  readonly #faults = new Map<OpId, number>();

  constructor(parts: RecoveryParts) {
    this.#parts = parts;
  }

  /** Compares once more, after what is being compared already. Never throws. */
  run(): Promise<void> {
    const { log } = this.#parts.world;
    this.#running = this.#running
      .then(() => this.#compare())
      .catch((error: unknown) => log('charges could not be compared', { error: String(error) }));
    return this.#running;
  }

  /** Nothing is compared after it. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  async #compare(): Promise<void> {
    const account = this.#parts.ledger.accountId();
    if (account === null || this.#stopped) return;
    await this.#compareCharges(account);
    if (!this.#stopped) this.#discardUnpaid(account);
  }

  #craftOf(kind: string): RecoveringCraft | null {
    return kind === 'apply' || kind === 'process' ? this.#parts.crafts[kind] : null;
  }

  /** Whether nothing more is to be done about it. */
  async #recoverCharge(craft: RecoveringCraft, charge: ChargedOperation): Promise<boolean> {
    const { records, cases, amountText } = this.#parts;
    const { opId } = charge;
    if (craft.isDelivered(opId) || cases.has(opId)) return true;
    if (craft.isLive(opId)) return false;
    const record = records.find(opId);
    try {
      const recovered = await craft.recover(charge, record);
      if (recovered.kind === 'case') cases.open({ opId, charged: amountText(charge.charged), ...recovered.found });
      return recovered.kind !== 'under way';
    } catch (error) {
      return this.#countFault(charge, record, error);
    }
  }

  /** Tried a few times; after that the file, where one is known, is a case. Whether nothing more is to be done about it. */
  #countFault({ opId, charged }: ChargedOperation, record: PaidRecord | null, error: unknown): boolean {
    const { cases, amountText, world } = this.#parts;
    const count = (this.#faults.get(opId) ?? 0) + 1;
    this.#faults.set(opId, count);
    world.log('a charge could not be matched to its picture', { opId, count, error: String(error) });
    if (count < MOST_LOCAL_FAULTS || record === null) return count >= MOST_LOCAL_FAULTS;
    cases.open({ opId, charged: amountText(charged), kind: 'outside', photoName: record.photo.name, path: record.work.file.path });
    return true;
  }

  async #compareCharges(account: string): Promise<void> {
    const { ledger, marks } = this.#parts;
    const name = `charges of ${account}`;
    const before = seqFrom(marks.mark(name));
    const from = before > ledger.head() ? BEFORE_FIRST : before;
    let settledUpTo = from;
    let clean = true;
    let at = from;
    for (let page = ledger.chargedAfter(at, PAGE); page.length > 0; page = ledger.chargedAfter(at, PAGE)) {
      for (const charge of page) {
        if (this.#stopped) return;
        at = charge.seq;
        const craft = this.#craftOf(charge.kind);
        const done = craft === null || (await this.#recoverCharge(craft, charge));
        clean &&= done;
        if (clean) settledUpTo = charge.seq;
      }
    }
    if (settledUpTo !== before) marks.setMark(name, settledUpTo);
  }

  /** Files whose operation came to nothing while no database knew of them. */
  #discardUnpaid(account: string): void {
    const { ledger, records, crafts } = this.#parts;
    for (const opId of [...records.opIds('apply'), ...records.opIds('process')]) {
      if (ledger.endingOf(opId) !== 'released') continue;
      const record = records.find(opId);
      if (record === null || record.accountId !== account) continue;
      const craft = crafts[record.work.kind];
      if (craft.isLive(opId)) continue;
      if (!craft.isLive(record.jobId)) craft.discard(record);
      records.forget(opId);
    }
  }
}
