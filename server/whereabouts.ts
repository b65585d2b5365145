/**
 * Where this server answers, in its data folder, for the command line beside the app: `address.json` holds no secret. Servers that last
 * only as long as one command do not tell, so that nobody relies on them.
 */
import { readFileSync, rmSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const fileIn = (dataFolder: string): string => join(dataFolder, 'address.json');

/** Answers how to take it back. The last server that started is the one that is found. */
export async function tellAddress(dataFolder: string, url: string): Promise<() => void> {
  const file = fileIn(dataFolder);
  const text = `${JSON.stringify({ url, pid: process.pid })}\n`;
  await writeFile(`${file}.${process.pid}.part`, text, { mode: 0o600 });
  await rename(`${file}.${process.pid}.part`, file);
  return () => {
    try {
      if (readFileSync(file, 'utf8') === text) rmSync(file, { force: true });
    } catch {
      // Gone already, or another server's by now.
    }
  };
}
