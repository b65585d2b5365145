/** Nothing is delivered unpaid and nothing is paid twice: what happens to a finished picture whose hold went back. */
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { oneRecipe } from '../../../shared/ipc/edits.ts';
import { allDone, type Bench, createBench, onPaper, resultFiles, until } from './bench.ts';

let bench: Bench;
beforeEach(() => {
  bench = createBench(3);
});
afterEach(async () => {
  await bench.close();
  bench.remove();
});

const batch = () => bench.applying.batches()[0];
const copies = (): string[] => {
  const out = join(bench.folder, 'out');
  return existsSync(out) ? readdirSync(out, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.jpg')) : [];
};

async function photos(count: number): Promise<string[]> {
  const paths = Array.from({ length: count }, (_, index) => bench.photo(`IMG_${index + 1}.jpg`));
  await bench.open();
  return [...(await bench.library.importPaths(paths)).imported];
}

/** So many photos made; then their holds lapse, and the credit is spent elsewhere. */
async function madeNotPaid(count: number): Promise<string[]> {
  const ids = await photos(count);
  await bench.applying.apply(oneRecipe(ids, onPaper), 'all or nothing');
  bench.online = false;
  await until(bench, () => batch()?.state === 'waiting for network');
  bench.server.lapseHolds();
  bench.server.available = 0;
  bench.online = true;
  bench.paidWork.connected();
  await until(bench, () => batch()?.state === 'waiting for credit');
  return ids;
}

describe('a hold that lapsed after the picture was made, and no credit for another', () => {
  test('waits as made, not paid: nothing is delivered, nothing is charged, and it says so', async () => {
    const ids = await madeNotPaid(2);
    expect(batch()).toMatchObject({ state: 'waiting for credit', unpaid: 2, applied: 0, failed: 0, charged: '0' });
    expect(batch()?.problems.map(({ code }) => code)).toEqual(['made_not_paid', 'made_not_paid']);
    expect(bench.server.charges().size).toBe(0);
    expect(ids.flatMap((id) => bench.library.versions(id))).toEqual([]);
    expect(copies()).toEqual([]);
  });

  test('goes on when there is credit for one of them, and for the other later: each charged and delivered once', async () => {
    await madeNotPaid(2);
    bench.server.available = 1;
    bench.paidWork.creditChanged();
    await until(bench, () => batch()?.applied === 1);
    expect(batch()).toMatchObject({ state: 'waiting for credit', unpaid: 1, charged: '1' });
    bench.server.available = 1;
    bench.paidWork.creditChanged();
    await until(bench, allDone(bench));
    expect(batch()).toMatchObject({ applied: 2, charged: '2', problems: [] });
    expect([...bench.server.charges().values()]).toEqual([1, 1]);
    expect(copies()).toHaveLength(2);
  });

  test('a copy of the ledger that promises too much asks in vain, and it waits on', async () => {
    await madeNotPaid(1);
    const asked = bench.server.operations.size;
    bench.server.available = 1;
    // By the time the request arrives, it is spent.
    bench.server.nextFault = () => {
      bench.server.available = 0;
      return 'none';
    };
    bench.paidWork.creditChanged();
    await until(bench, () => bench.server.operations.size === asked + 1 && batch()?.state === 'waiting for credit');
    expect(batch()).toMatchObject({ unpaid: 1, charged: '0' });
  });

  test('waits over a restart, with every step of it on disk', async () => {
    await madeNotPaid(1);
    await bench.close();
    await bench.open();
    expect(batch()).toMatchObject({ unpaid: 1, state: 'waiting for credit' });
    bench.server.available = 1;
    bench.paidWork.creditChanged();
    await until(bench, allDone(bench));
    expect([...bench.server.charges().values()]).toEqual([1]);
    expect(copies()).toHaveLength(1);
  });

  test('cancelled, its file is discarded and nothing is charged', async () => {
    const ids = await madeNotPaid(2);
    bench.applying.cancel(batch()?.id ?? '');
    await until(bench, allDone(bench));
    expect(batch()).toMatchObject({ state: 'cancelled', applied: 0, cancelled: 2, unpaid: 0, charged: '0' });
    expect(bench.server.charges().size).toBe(0);
    expect(resultFiles(bench)).toEqual([]);
    expect(ids.flatMap((id) => bench.library.versions(id))).toEqual([]);
  });

  test('a hold that lapses ten times is asked for ten times, under ten ids, and paid once', async () => {
    const ids = await photos(1);
    let lapses = 10;
    bench.server.onEffect = () => {
      const last = bench.server.requests.at(-1) ?? '';
      if (last === 'POST /v1/operations' && lapses > 0) {
        lapses -= 1;
        bench.server.lapseHolds();
      }
    };
    await bench.applying.apply(oneRecipe(ids, onPaper), 'all or nothing');
    await until(bench, allDone(bench));
    expect(batch()).toMatchObject({ applied: 1, charged: '1' });
    expect(bench.server.operations.size).toBe(11);
    expect([...bench.server.charges().values()]).toEqual([1]);
  });
});

describe('charged by a request whose answer was lost, and the finished file is gone', () => {
  /** The server settles, nobody hears of it, the file is deleted. */
  async function chargedAndLost(): Promise<string[]> {
    const ids = await photos(1);
    bench.server.onEffect = () => {
      if (bench.server.requests.at(-1)?.endsWith('/settle')) bench.online = false;
    };
    bench.server.nextFault = () => (bench.server.requests.at(-1)?.endsWith('/settle') ? 'drop response' : 'none');
    await bench.applying.apply(oneRecipe(ids, onPaper), 'all or nothing');
    await until(bench, () => bench.server.count('settled') === 1 && batch()?.state === 'waiting for network');
    await bench.close();
    bench.server.nextFault = () => 'none';
    bench.server.onEffect = () => undefined;
    for (const id of ids) rmSync(join(bench.folder, 'results', id), { recursive: true });
    return ids;
  }

  test('it is made again and delivered, and paid once', async () => {
    const ids = await chargedAndLost();
    bench.online = true;
    await bench.open();
    await until(bench, allDone(bench));
    expect(batch()).toMatchObject({ applied: 1, charged: '1' });
    expect([...bench.server.charges().values()]).toEqual([1]);
    expect(bench.library.versions(ids[0] ?? '')).toHaveLength(1);
    expect(copies()).toHaveLength(1);
  });

  test('it cannot be made again: that is a case, told once, and never "not charged"', async () => {
    await chargedAndLost();
    writeFileSync(join(bench.folder, 'photos in', 'IMG_1.jpg'), 'another picture');
    bench.online = true;
    await bench.open();
    await until(bench, allDone(bench));
    expect(bench.undelivered).toEqual(['IMG_1.jpg']);
    expect(batch()).toMatchObject({ applied: 0, failed: 1, charged: '1', problems: [{ code: 'paid_not_delivered' }] });
    expect(batch()?.summary).toContain('IMG_1.jpg was charged, but its picture is gone');
    expect(batch()?.summary).not.toContain('not charged');
    await bench.close();
    await bench.open();
    expect(bench.undelivered).toEqual(['IMG_1.jpg']);
  });
});
