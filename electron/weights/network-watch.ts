/**
 * Which network of the user's own is used, as the main process knows it. The command line and other windows decide it, too, and say so only in
 * the record that all of them read. The folder is watched for it, which costs nothing while nothing happens; on drives that tell nobody of
 * changes it is read whenever somebody may have changed it. The darkroom relies on none of this: it reads the record before every look.
 */
import { type FSWatcher, mkdirSync, watch } from 'node:fs';
import type { OwnNetwork } from '../../shared/ipc/model.ts';
import { keptOwn, OWN_RECORD, ownFingerprint } from '../darkroom/matte/own-record.ts';

/** Follows the record of the user's own network. */
export class NetworkWatch {
  readonly #folder: string;
  readonly #changed: (own: OwnNetwork | null) => void;
  #own: OwnNetwork | null;
  #name: string | null;
  #watcher: FSWatcher | null = null;

  /** @param folder of the models; made when it is not there. @param changed hears of every other network than the one before; null: Backlot's own */
  constructor(folder: string, changed: (own: OwnNetwork | null) => void) {
    this.#folder = folder;
    this.#changed = changed;
    ({ own: this.#own, name: this.#name } = this.#read());
  }

  /** The network as it was when last looked; null: Backlot's own. */
  get own(): OwnNetwork | null {
    return this.#own;
  }

  /** From now on changes are noticed. Where the system cannot tell of them, `look` still does. */
  begin(): void {
    try {
      mkdirSync(this.#folder, { recursive: true });
      this.#watcher = watch(this.#folder, { persistent: false }, (_what, name) => {
        if (name === null || name === OWN_RECORD) this.look();
      });
      this.#watcher.on('error', () => this.end());
    } catch {
      this.end();
    }
    this.look();
  }

  /** Reads the record, and tells when it is another one. */
  look(): void {
    const { own, name } = this.#read();
    if (name === this.#name) return;
    this.#own = own;
    this.#name = name;
    this.#changed(own);
  }

  /** Nothing is noticed any more, unless it is looked for. */
  end(): void {
    this.#watcher?.close();
    this.#watcher = null;
  }

  #read(): { readonly own: OwnNetwork | null; readonly name: string | null } {
    const kept = keptOwn(this.#folder);
    return kept === null ? { own: null, name: null } : { own: kept.own, name: ownFingerprint(kept) };
  }
}
