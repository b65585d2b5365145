/** The server's parts on a PostgreSQL of their own, without HTTP, with the CPU time that both use. */
import { chmodSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openServer, type Server } from '../../../server/server.ts';
import { instant } from '../../quantities.ts';

export interface OpenServer {
  readonly server: Server;
  readonly url: string;
  readonly folder: string;
  /** CPU time so far of this process and of PostgreSQL; NaN where /proc is not there. */
  cpuMs(): number;
  /** Another server on a database of its own in the same PostgreSQL. */
  beside(name: string): Promise<Server>;
  close(): Promise<void>;
}

export async function openBenchServer(): Promise<OpenServer> {
  const folder = mkdtempSync(join(tmpdir(), 'backlot-bench-'));
  chmodSync(folder, 0o755);
  const server = await openServer(options(folder, undefined), false);
  const others: Server[] = [];
  const postmaster = Number(readFileSync(join(folder, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);
  return {
    server,
    url: server.db.url,
    folder,
    cpuMs() {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1000 + postgresCpuMs(postmaster);
    },
    async beside(name) {
      await server.db.pool.query(`create database ${name}`);
      const url = new URL(server.db.url);
      url.pathname = `/${name}`;
      const other = await openServer(options(join(folder, name), url.href), false);
      others.push(other);
      return other;
    },
    async close() {
      for (const other of others) await other.close();
      await server.close();
    },
  };
}

const options = (dataFolder: string, databaseUrl: string | undefined): Parameters<typeof openServer>[0] => ({
  port: 0,
  host: '127.0.0.1',
  dataFolder,
  databaseUrl,
  policy: 'background-studio',
  policyFile: null,
  testClock: false,
  launch: instant(Date.UTC(2026, 0, 1)),
  rateLimit: 1_000_000,
  failureLimit: 1_000_000,
  trustProxy: false,
  openReports: 200,
  reportBytes: 1_000_000_000,
  reportDays: 30,
  secondLook: false,
  objects: { s3: null, folder: null },
  grantCaps: { support: { atOnce: 10n ** 18n, aDay: 10n ** 18n }, owner: { atOnce: 10n ** 18n, aDay: 10n ** 18n } },
  stopWithStdin: false,
  billsNobody: false,
  mail: null,
  webhooks: { allowPrivate: false, keys: [] },
  retentionDays: 180,
  payments: { hosted: [], publicUrl: null },
});

const TICK_MS = 10;

/** The postmaster's own time, that of its children that are alive, and that of those that ended. */
function postgresCpuMs(postmaster: number): number {
  try {
    let ticks = 0;
    for (const name of readdirSync('/proc')) {
      if (!/^\d+$/.test(name)) continue;
      const fields = statOf(name);
      if (Number(name) === postmaster) ticks += sum(fields.slice(11, 15));
      else if (Number(fields[1]) === postmaster) ticks += sum(fields.slice(11, 13));
    }
    return ticks * TICK_MS;
  } catch {
    return Number.NaN;
  }
}

const sum = (texts: readonly string[]): number => texts.reduce((total, text) => total + Number(text), 0);

/** The fields of /proc/PID/stat after the name; a process that just ended has none. */
function statOf(pid: string): string[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}
