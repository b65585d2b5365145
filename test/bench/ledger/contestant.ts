/**
 * The ledger of one checkout, in a process of its own, for `against.ts`: started with that checkout as its working folder, whose server and workload it
 * loads. Each message names a load and how long it is to run; the answer is what came of it.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as bench from './bench-server.ts';
import type * as workload from './workload.ts';

/** What a contestant can be asked to do. */
export type LoadName = 'single' | 'hot' | 'batch';

/** One turn of a contestant. */
export interface Turn {
  readonly load: LoadName;
  readonly seconds: number;
}

/** What it came to. */
export interface Outcome {
  readonly perSecond: number;
  readonly p99Ms: number;
  /** CPU time of server and PostgreSQL for one operation, µs; NaN where the system does not tell. */
  readonly cpuUs: number;
}

const ofThis = (file: string): string => pathToFileURL(join(process.cwd(), 'test', 'bench', 'ledger', file)).href;
const { openBenchServer } = (await import(ofThis('bench-server.ts'))) as typeof bench; // the same file of another checkout
const { authoriseAndSettle, authoriseBatches, run, seedAccounts } = (await import(ofThis('workload.ts'))) as typeof workload;

const open = await openBenchServer();
const accounts = await seedAccounts(open.server, 100);

async function play({ load, seconds }: Turn): Promise<Outcome> {
  const step =
    load === 'single'
      ? authoriseAndSettle(open.server, accounts)
      : load === 'hot'
        ? authoriseAndSettle(open.server, await seedAccounts(open.server, 1))
        : authoriseBatches(open.server, await seedAccounts(open.server, 100), 100);
  const before = open.cpuMs();
  const { perSecond, p99Ms, all } = await run(load === 'hot' ? 256 : 8, seconds, step);
  return { perSecond, p99Ms, cpuUs: ((open.cpuMs() - before) * 1000) / all };
}

process.on('message', (turn: Turn | 'leave') => {
  if (turn === 'leave') {
    void open.close().then(() => {
      rmSync(open.folder, { recursive: true, force: true });
      process.exit(0);
    });
    return;
  }
  void play(turn).then((outcome) => process.send?.(outcome));
});
process.send?.('ready');
