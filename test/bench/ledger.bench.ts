/**
 * `npm run bench -- ledger [--seconds N] [--rows 7] [--against FOLDER]`: the ledger against what one would pick instead, everything on one PostgreSQL
 * in one run. An operation is one authorise or one settle through the server's own service, receipts and wallet included.
 *
 * --rows N     measures the cost per operation from 10^3 to 10^N ledger rows (7 takes minutes and about 7 GB).
 * --against F  compares with another checkout instead, whose packages are installed, in turns of N seconds.
 * PGLEDGER_SQL the path of pgledger's SQL file, where it is at hand; it is compared when it is.
 */
import { rmSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { against } from './ledger/against.ts';
import { type OpenServer, openBenchServer } from './ledger/bench-server.ts';
import { growTo } from './ledger/history.ts';
import { pgbench, pgledger } from './ledger/peers.ts';
import { authoriseAndSettle, authoriseBatches, type Load, run, type Step, seedAccounts } from './ledger/workload.ts';
import { measured, type Row, report } from './report.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '5' },
    rows: { type: 'string', default: '7' },
    rounds: { type: 'string', default: '3' },
    against: { type: 'string' },
  },
});
const seconds = Number(values.seconds);
const rounds = Number(values.rounds);
const CLIENTS = 8;
const ACCOUNTS = 100;

if (values.against === undefined) report('ledger', await alone());
else report('ledger-against', await against(values.against, { rounds, seconds }));

async function alone(): Promise<Row[]> {
  const server = await openBenchServer();
  try {
    return [...(await compare(server)), ...(await flatness(server))];
  } finally {
    await server.close();
    rmSync(server.folder, { recursive: true, force: true });
  }
}

/** Ours and the peers in turns, so that whatever else the machine does meets all of them. */
async function compare({ server: backlot, url }: OpenServer): Promise<Row[]> {
  const accounts = await seedAccounts(backlot, ACCOUNTS);
  const tpcb: number[] = [];
  const peer: number[] = [];
  const single: Load[] = [];
  const hot: Load[] = [];
  const batch: Load[] = [];
  for (let round = 0; round < rounds; round += 1) {
    tpcb.push(pgbench(url, CLIENTS, seconds));
    single.push(await run(CLIENTS, seconds, authoriseAndSettle(backlot, accounts)));
    const transfers = pgledger(url, CLIENTS, seconds);
    if (transfers !== null) peer.push(transfers);
    const [one] = await seedAccounts(backlot, 1);
    hot.push(await run(256, seconds, authoriseAndSettle(backlot, one ? [one] : [])));
    batch.push(await run(CLIENTS, seconds, authoriseBatches(backlot, await seedAccounts(backlot, 400), 100)));
  }
  const perSecond = (loads: readonly Load[]): number[] => loads.map((l) => l.perSecond);
  const ratios = single.map((l, i) => l.perSecond / (tpcb[i] ?? Number.NaN));
  return [
    measured(`pgbench TPC-B-like, prepared, ${CLIENTS} clients`, tpcb, 'tx/s'),
    ...(peer.length > 0 ? [measured(`pgledger create_transfer, ${CLIENTS} clients`, peer, 'tx/s')] : []),
    measured(`authorise + settle, ${ACCOUNTS} accounts, ${CLIENTS} clients`, perSecond(single), 'op/s'),
    measured('… over pgbench', ratios, 'x', 1.5, 'higher'),
    ...(peer.length > 0
      ? [
          measured(
            '… over pgledger',
            single.map((l, i) => l.perSecond / (peer[i] ?? Number.NaN)),
            'x',
            1,
            'higher',
          ),
        ]
      : []),
    measured(
      '… p50',
      single.map((l) => l.p50Ms),
      'ms',
    ),
    measured(
      '… p99',
      single.map((l) => l.p99Ms),
      'ms',
      25,
    ),
    measured('one hot account, 256 in flight', perSecond(hot), 'op/s', 8_000, 'higher'),
    measured(
      '… p99',
      hot.map((l) => l.p99Ms),
      'ms',
    ),
    measured(`batches of 100 authorised, ${CLIENTS} clients`, perSecond(batch), 'credit/s', 100_000, 'higher'),
    measured(
      '… p99 of a batch',
      batch.map((l) => l.p99Ms),
      'ms',
    ),
  ];
}

/**
 * CPU time of server and PostgreSQL per operation, in ledgers of 10^3, 10^5 and 10^7 rows side by side: each round measures all of
 * them, so that whatever else the machine does meets all of them, and the growth is that within a round.
 */
async function flatness(open: OpenServer): Promise<Row[]> {
  const ledgers: { readonly power: number; readonly step: Step; readonly samples: number[] }[] = [];
  for (let power = 3; power <= Number(values.rows); power += 2) {
    const beside = await open.beside(`rows_${power}`);
    const accounts = await seedAccounts(beside, ACCOUNTS);
    await growTo(beside, accounts, 10 ** power);
    ledgers.push({ power, step: authoriseAndSettle(beside, accounts), samples: [] });
  }
  for (let round = -1; round < rounds * 3; round += 1)
    for (const { step, samples } of ledgers) {
      const before = open.cpuMs();
      const load = await run(CLIENTS, seconds, step);
      // The first round warms up: after a checkpoint the first touch of each page costs a full copy of it.
      if (round >= 0) samples.push(((open.cpuMs() - before) * 1000) / load.all);
    }
  const [first] = ledgers;
  const growth = ledgers.slice(1).map(({ power, samples }) => {
    const percent = samples.map((cost, i) => (cost / (first?.samples[i] ?? Number.NaN) - 1) * 100);
    return measured(`… at 10^${power} over 10^3`, percent, '%', 20);
  });
  return [...ledgers.map(({ power, samples }) => measured(`CPU per operation at 10^${power} ledger rows`, samples, 'µs')), ...growth];
}
