/** Finished files that wait to be paid for and placed, each under the key of what was asked for, with the operation that pays for it beside it. */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { extname, join } from 'node:path';
import { replaceFile } from '../../electron/storage/replace-file.ts';
import { opIdFrom } from '../../shared/credits/model/minting.ts';
import type { OpId } from '../../shared/credits/model/quantities.ts';

export interface MadeFiles {
  /** Where the finished file of that key lies; null: there is none. */
  find(key: string): string | null;
  /** Takes a finished file in; answers where it lies from now on. */
  keep(key: string, path: string): string;
  /** The operation that is about to pay for it, so that it is known without a database. */
  note(key: string, opId: OpId): void;
  notedBy(key: string): { readonly opId: OpId; readonly state: 'asked' } | null;
  discard(key: string): void;
}

const NOTE = '.operation';

/** @param folder the account's own for processing */
export function openMadeFiles(folder: string): MadeFiles {
  const made = join(folder, 'made');
  const names = (key: string): string[] => (existsSync(made) ? readdirSync(made).filter((name) => name.startsWith(`${key}.`)) : []);
  const noteOf = (key: string): string => join(made, `${key}${NOTE}`);
  return {
    find(key) {
      const name = names(key).find((each) => extname(each) !== NOTE);
      return name === undefined ? null : join(made, name);
    },
    keep(key, path) {
      mkdirSync(made, { recursive: true });
      const kept = join(made, `${key}${extname(path)}`);
      renameSync(path, kept);
      return kept;
    },
    note: (key, opId) => replaceFile(noteOf(key), opId),
    notedBy(key) {
      const path = noteOf(key);
      return existsSync(path) ? { opId: opIdFrom(readFileSync(path, 'utf8')), state: 'asked' } : null;
    },
    discard(key) {
      for (const name of names(key)) rmSync(join(made, name), { force: true });
    },
  };
}
