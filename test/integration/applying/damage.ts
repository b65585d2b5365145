/** What happens to a database file between two starts: the ways in which it was damaged, each on files as a killed process leaves them. */
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** By name, what is done to `<folder>/<database>`; its write-ahead log lies beside it. */
export const damages: Readonly<Record<string, (path: string) => void>> = {
  'random bytes': (path) => {
    const bytes = readFileSync(path);
    for (let at = 0; at < bytes.length; at += 7) bytes[at] = (at * 31) % 251;
    writeFileSync(path, bytes);
    rmSync(`${path}-wal`, { force: true });
  },
  'a truncated file': (path) => {
    rmSync(`${path}-wal`, { force: true });
    truncateSync(path, Math.max(1, Math.floor(readFileSync(path).length / 2)));
  },
  'zero length': (path) => {
    rmSync(`${path}-wal`, { force: true });
    truncateSync(path, 0);
  },
  'no header': (path) => {
    const bytes = readFileSync(path);
    bytes.fill(0, 0, 100);
    writeFileSync(path, bytes);
    rmSync(`${path}-wal`, { force: true });
  },
  'the file gone': (path) => {
    for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true });
  },
  'its log gone': (path) => rmSync(`${path}-wal`, { force: true }),
};

/** The databases as they lie on the disk at this moment, logs included: what a process that is killed now leaves. */
export function keepDatabases(folder: string): { putBack(): void } {
  const kept = join(folder, 'as it was killed');
  mkdirSync(kept);
  const names = readdirSync(folder).filter((name) => /\.db(-wal)?$/.test(name));
  for (const name of names) copyFileSync(join(folder, name), join(kept, name));
  return {
    putBack() {
      for (const name of readdirSync(folder)) if (/\.db(-wal|-shm)?$/.test(name)) rmSync(join(folder, name));
      for (const name of names) if (existsSync(join(kept, name))) copyFileSync(join(kept, name), join(folder, name));
      rmSync(kept, { recursive: true });
    },
  };
}
