/**
 * Files of the studio's own that were damaged and set aside, until the user has read about them. The files themselves are
 * the record — a process that ends before it could tell has lost nothing — and what was dismissed is kept beside them.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Notice } from '../../shared/ipc/notices.ts';
import { replaceFile } from '../storage/replace-file.ts';

/** The files of the studio's own that could not be read and were renamed, as notices. */
export interface SetAside {
  /** Oldest first. */
  list(): Notice[];
  /** Not shown again; the file stays where it is. Answers what is left. */
  dismiss(id: string): Notice[];
  /** Where the file is; null when there is no such notice. */
  locate(id: string): string | null;
}

const names = /^(?:(library|paid-work|applying|processing|outbox)\.db\.damaged-[\w.-]*Z|(settings)\.json\.unreadable)$/;
const dismissedFile = 'dismissed-notices.json';

/** Finds the renamed files in the data folder, and remembers there which notices were dismissed. */
export class FilesSetAside implements SetAside {
  readonly #dataFolder: string;
  readonly #outputFolder: () => string;
  readonly #dismissed: Set<string>;

  constructor(dataFolder: string, outputFolder: () => string) {
    this.#dataFolder = dataFolder;
    this.#outputFolder = outputFolder;
    this.#dismissed = readDismissed(join(dataFolder, dismissedFile));
  }

  list(): Notice[] {
    return this.#found().map(({ id, about, message }) => ({ id, about, message }));
  }

  dismiss(id: string): Notice[] {
    if (this.#found().some((notice) => notice.id === id)) {
      this.#dismissed.add(id);
      replaceFile(join(this.#dataFolder, dismissedFile), `${JSON.stringify([...this.#dismissed])}\n`);
    }
    return this.list();
  }

  locate(id: string): string | null {
    return this.#found().find((notice) => notice.id === id)?.path ?? null;
  }

  #found(): (Notice & { readonly path: string })[] {
    const folder = this.#dataFolder;
    return readdirSync(folder)
      .flatMap((name) => {
        const about = aboutOf(name);
        const path = join(folder, name);
        const modifiedMs = about === null ? undefined : statSync(path, { throwIfNoEntry: false })?.mtimeMs;
        if (about === null || modifiedMs === undefined) return [];
        // The time too: a file may be set aside again under the same name.
        return [{ id: `${name} ${modifiedMs}`, about, path, modifiedMs, message: sentences[about](name, folder, this.#outputFolder()) }];
      })
      .filter(({ id }) => !this.#dismissed.has(id))
      .sort((a, b) => a.modifiedMs - b.modifiedMs);
  }
}

function aboutOf(name: string): About | null {
  const [, database, settings] = names.exec(name) ?? [];
  // The pattern names nothing else.
  return (database ?? settings ?? null) as About | null;
}

/** Nothing when it cannot be read: then a notice is shown once more. */
function readDismissed(path: string): Set<string> {
  try {
    return new Set(z.array(z.string()).parse(JSON.parse(readFileSync(path, 'utf8'))));
  } catch {
    return new Set();
  }
}

type About = Exclude<Notice['about'], 'paid and lost' | 'paid and outside'>;

const sentences: Readonly<Record<About, (name: string, dataFolder: string, outputFolder: string) => string>> = {
  library: (name, dataFolder, outputFolder) =>
    `The library was damaged, so the studio began a new one. The damaged file is kept as ${name} in ${dataFolder}. Your photos, the finished pictures in ${outputFolder} and your credits are untouched. Add your folders again to see the photos here, and your own backgrounds and logos.`,
  'paid-work': (name, dataFolder) =>
    `The list of what was being applied and processed was damaged, so the studio began a new one. The damaged file is kept as ${name} in ${dataFolder}. Photos, finished pictures and credits are untouched; what was paid for is filed by itself, and what was held for unfinished photos comes back by itself. Apply or process the photos that are not finished once more.`,
  applying: (name, dataFolder) =>
    `The list of what was being applied was damaged, so the studio began a new one. The damaged file is kept as ${name} in ${dataFolder}. Photos, finished pictures and credits are untouched; what was paid for is filed by itself, and what was held for unfinished photos comes back by itself. Apply the photos that are not finished once more.`,
  processing: (name, dataFolder) =>
    `The list of what was being processed was damaged, so the studio began a new one. The damaged file is kept as ${name} in ${dataFolder}. Photos, finished pictures and credits are untouched; what was paid for is put into its folder by itself. Process the photos that are not finished once more.`,
  outbox: (name, dataFolder) =>
    `The list of orders and reports that were waiting for an answer was damaged, so the studio began a new one. The damaged file is kept as ${name} in ${dataFolder}. Photos and finished pictures are untouched. Whether the orders on it were carried out is not known here. Look at Invoices before you order again, and send again any report that is missing under Reports.`,
  settings: (name, dataFolder, outputFolder) =>
    `Your settings were damaged, so the studio uses the ones it came with; finished pictures go to ${outputFolder}. The damaged file is kept as ${name} in ${dataFolder}. Photos, finished pictures and credits are untouched. Check them in Settings, the credit server too.`,
};
