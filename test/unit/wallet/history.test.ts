/** The history: one line for each operation, a balance that counts along, pages by key; the file holds every entry. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Cache, openCache } from '../../../electron/wallet/copy/cache.ts';
import { type HistoryParts, historyCsv, readHistory } from '../../../electron/wallet/history.ts';
import { ReplayedAccount } from '../../../electron/wallet/read/replayed-account.ts';
import type { LedgerEntry } from '../../../shared/api/index.ts';
import type { Seq } from '../../../shared/credits/model/quantities.ts';
import type { HistoryLine } from '../../../shared/ipc/wallet.ts';
import { grantNamed, opNamed, placed } from '../../quantities.ts';
import { runs } from '../../runs.ts';
import { fakeWorld, startOfTest } from './fake-world.ts';
import { SmallLedger } from './small-ledger.ts';

let folder: string;
let cache: Cache;
const world = fakeWorld();
const open = (): Cache => openCache(join(folder, 'cache.db'), world.log);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'backlot-history-'));
  cache = open();
});
afterEach(() => {
  cache.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What was ever applied here; everything else was done on another machine. */
const photoNames: Readonly<Record<string, string>> = { one: 'IMG_1.jpg', two: 'IMG_2.jpg', three: 'IMG_3.jpg' };

function partsOf(ledger: SmallLedger): HistoryParts {
  cache.append(ledger.lines, ledger.epoch);
  const photoOf = (opId: string) => (photoNames[opId] === undefined ? null : { id: opId, name: photoNames[opId] });
  const account = new ReplayedAccount(cache, world);
  return { cache: () => cache, photoOf, explain: (entry, photoName, hold) => account.explain(entry, photoName, hold) };
}

function pagedLines(parts: HistoryParts, limit: number, kinds: readonly string[] | null = null): HistoryLine[] {
  const lines: HistoryLine[] = [];
  for (let before: Seq | null = null; ; ) {
    const page = readHistory(parts, before, limit, kinds);
    lines.push(...page.lines);
    before = page.nextBeforeSeq;
    if (before === null) return lines;
  }
}

/** Every line that counts: the balance before it and its amount make the balance after it. */
function countsAlong(lines: readonly HistoryLine[]): boolean {
  const counted = lines.filter((line) => line.balanceAfter !== null);
  return counted.every((line, index) => {
    const before = counted[index + 1]?.balanceAfter ?? '0';
    return BigInt(before) + BigInt(line.amount) === BigInt(line.balanceAfter ?? '');
  });
}

describe('an operation is one line', () => {
  /** The wallet begins with 10 of the promotion and 10 of the month. */
  function threeOperations(): SmallLedger {
    const ledger = new SmallLedger();
    ledger.hold('one', 'two', 'three', 'elsewhere');
    ledger.run({ kind: 'settle', holdId: opNamed('two') });
    ledger.run({ kind: 'release', holdId: opNamed('one'), cause: 'failed', reason: 'the file is gone' });
    ledger.run({ kind: 'settle', holdId: opNamed('elsewhere') });
    return ledger;
  }

  test.each([
    ['elsewhere', 'charged', '-1', '18', 'Apply changes'],
    ['one', 'returned', '0', '19', 'Returned: IMG_1.jpg was not applied'],
    ['two', 'charged', '-1', '19', 'Applied to IMG_2.jpg'],
    ['three', 'held', '-1', null, 'Held for IMG_3.jpg'],
  ])('%s: %s, %s, balance %s', (opId, state, amount, balanceAfter, title) => {
    const lines = readHistory(partsOf(threeOperations()), null, 50, null).lines.filter((line) => line.opId === opId);
    expect(lines).toMatchObject([{ state, amount, balanceAfter, title, slices: [{ bucket: 'promo', amount: '1' }] }]);
  });

  test.each([
    ['one', 'Corrected by staff: IMG_1.jpg'],
    ['elsewhere', 'Correction by staff'],
  ])('a correction costs nothing and says so: %s', (opId, title) => {
    const ledger = new SmallLedger();
    ledger.run({ kind: 'hold', by: 'staff', atomic: true, operations: [{ opId: opNamed(opId), kind: 'correct', photo: 'a' }] });
    ledger.run({ kind: 'settle', by: 'staff', holdId: opNamed(opId) });
    expect(readHistory(partsOf(ledger), null, 1, null).lines).toMatchObject([{ state: 'charged', amount: '0', balanceAfter: '20', title }]);
  });

  test('stands where it came to its end, and a hold without one where it was held', () => {
    const lines = readHistory(partsOf(threeOperations()), null, 4, null).lines;
    expect(lines.map(({ opId }) => opId)).toEqual(['elsewhere', 'one', 'two', 'three']);
  });

  test('has the entries behind it, oldest first, with what each did', () => {
    const { lines } = readHistory(partsOf(threeOperations()), null, 50, null);
    const of = (opId: string) => lines.find((line) => line.opId === opId)?.entries;
    expect(of('two')).toMatchObject([
      { kind: 'held', title: 'Held 1 credit', amount: '-1', note: '' },
      { kind: 'settled', title: 'Charged 1 credit', amount: '0', availableAfter: '16', note: '' },
    ]);
    expect(of('one')).toMatchObject([
      { title: 'Held 1 credit' },
      { title: 'Returned 1 credit', amount: '1', availableAfter: '17', note: 'It did not complete; everything that was held came back.' },
    ]);
    expect(of('three')).toMatchObject([{ title: 'Held 1 credit' }]);
  });

  test('says why from this bucket, also when it was given back', () => {
    const { lines } = readHistory(partsOf(threeOperations()), null, 50, null);
    for (const line of lines.filter(({ state }) => state !== null))
      for (const slice of line.slices) expect(slice.why).toMatch(/^Launch promotion is used first; it expires on /);
  });

  test('that cost less than was held says what came back', () => {
    const ledger = new SmallLedger();
    ledger.hold('one');
    // As older servers wrote it, which let a client say what it came to.
    const returned = ledger.state.holds.get(opNamed('one'))?.slices ?? [];
    ledger.append([{ opId: opNamed('one'), at: startOfTest, kind: 'settled', holdId: opNamed('one'), charged: [], returned }]);
    const [line] = readHistory(partsOf(ledger), null, 1, null).lines;
    expect(line).toMatchObject({ state: 'charged', amount: '0', balanceAfter: '20', entries: [{}, { title: 'Charged 0 credits' }] });
    expect(line?.entries[1]?.note).toBe('0 credits charged, 1 credit returned: it cost less than was held.');
  });

  test('the kinds of a filter are those of what became of it', () => {
    const parts = partsOf(threeOperations());
    const idsOf = (...kinds: string[]) => readHistory(parts, null, 50, kinds).lines.map(({ opId }) => opId);
    expect(idsOf('held', 'settled')).toEqual(['elsewhere', 'two', 'three']);
    expect(idsOf('held')).toEqual(['three']);
    expect(idsOf('released')).toEqual(['one']);
  });

  test('the exported file holds every entry of the ledger as its own row', () => {
    const ledger = threeOperations();
    const rows = [...historyCsv(partsOf(ledger))].join('').trimEnd().split('\r\n').slice(1);
    expect(rows.map((row) => Number(row.split(',')[0]))).toEqual(ledger.lines.map(({ seq }) => seq));
    expect(rows.filter((row) => row.includes('IMG_2.jpg'))).toHaveLength(2);
  });
});

describe('whatever happens in whatever order', () => {
  const step = fc.record({ what: fc.constantFrom('hold', 'hold', 'settle', 'release', 'buy'), which: fc.nat(6) });

  test('every operation is on one line, the balance counts along, and pages of any size say the same', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), fc.integer({ min: 1, max: 7 }), (steps, limit) => {
        const ledger = new SmallLedger();
        const held: string[] = [];
        for (const [index, { what, which }] of steps.entries()) {
          const chosen = held[which % Math.max(1, held.length)];
          if (what === 'buy') ledger.buy(`buy-${index}`);
          else if (what === 'hold') held.push(`op-${index}`);
          if (what === 'hold') ledger.hold(`op-${index}`);
          if (chosen === undefined || what === 'hold' || what === 'buy') continue;
          if (what === 'settle') ledger.run({ kind: 'settle', holdId: opNamed(chosen) });
          else ledger.run({ kind: 'release', holdId: opNamed(chosen), cause: 'cancelled', reason: 'cancelled' });
          held.splice(held.indexOf(chosen), 1);
        }
        cache.clear();
        const parts = partsOf(ledger);
        const lines = pagedLines(parts, limit);
        const operations = lines.filter(({ state }) => state !== null);
        expect(new Set(operations.map(({ opId }) => opId)).size).toBe(operations.length);
        expect(operations.filter(({ state }) => state === 'held').map(({ opId }) => opId)).toEqual(held.toReversed());
        expect(lines.flatMap(({ entries }) => entries.map(({ seq }) => seq)).sort((a, b) => a - b)).toEqual(
          ledger.lines.map(({ seq }) => seq),
        );
        expect(lines.map(({ seq }) => seq)).toEqual(lines.map(({ seq }) => seq).toSorted((a, b) => b - a));
        expect(countsAlong(lines)).toBe(true);
        expect(BigInt(lines.find((line) => line.balanceAfter !== null)?.balanceAfter ?? '')).toBe(
          BigInt(ledger.lines.at(-1)?.availableAfter ?? '') + BigInt(held.length),
        );
      }),
      { numRuns: runs(25, 60) },
    );
  });
});

describe('100,000 entries', () => {
  /** A grant, then holds in batches of 20, of which every seventh is returned. */
  function many(): LedgerEntry[] {
    const entries: LedgerEntry[] = [];
    let available = 0;
    const add = (opId: string, kind: string, amount: number, drawn: number): void => {
      available += amount;
      const seq = placed(entries.length + 1);
      const body = kind === 'settled' || kind === 'released' ? { holdId: opId } : {};
      const slices = [{ bucket: 'monthly', grantId: grantNamed('g'), amount: String(drawn) }];
      const [at, hash] = ['2026-11-23T09:00:00.000Z', '0'.repeat(64)];
      entries.push({
        seq,
        opId: opNamed(opId),
        at,
        kind,
        amount: String(amount),
        slices,
        availableAfter: String(available),
        prevHash: hash,
        hash,
        body,
      });
    };
    add('grant', 'granted', 60_000, 60_000);
    for (let op = 0; entries.length < 100_000; op += 20) {
      for (let n = op; n < op + 20; n += 1) add(`op-${n}`, 'held', -1, 1);
      for (let n = op; n < op + 20; n += 1) {
        if (n % 7 === 0) add(`op-${n}`, 'released', 1, 1);
        else add(`op-${n}`, 'settled', 0, 1);
      }
    }
    return entries;
  }
  const parts = (): HistoryParts => ({
    cache: () => cache,
    photoOf: () => null,
    explain: (entry) => ({ title: entry.kind, whys: [], step: { title: entry.kind, note: '' } }),
  });

  test('are 50,000 lines that count along to the end; a filter finds its own; so it is in a copy of an older version', () => {
    const entries = many();
    cache.append(entries, 'epoch-1');
    const lines = pagedLines(parts(), 500);
    expect(lines).toHaveLength((entries.length - 1) / 2 + 1);
    expect(countsAlong(lines)).toBe(true);
    expect(lines[0]?.balanceAfter).toBe(entries.at(-1)?.availableAfter);
    const returned = pagedLines(parts(), 500, ['released']);
    expect(returned).toHaveLength(lines.filter(({ state }) => state === 'returned').length);
    expect(pagedLines(parts(), 500, ['granted', 'expired'])).toHaveLength(1);

    cache.close();
    const older = new Database(join(folder, 'cache.db'));
    older.exec('UPDATE entry SET balance_after = NULL WHERE seq > 40000');
    older.close();
    cache = open();
    expect(pagedLines(parts(), 500).map(({ balanceAfter }) => balanceAfter)).toEqual(lines.map(({ balanceAfter }) => balanceAfter));
  }, 60_000);
});
