/** Notices of both kinds as one list: files that were set aside, and pictures that were charged and are not where they belong. */
import { opIdFrom } from '../../shared/credits/model/minting.ts';
import type { OpId } from '../../shared/credits/model/quantities.ts';
import type { Notice } from '../../shared/ipc/notices.ts';
import type { Cases } from '../paid-work/cases.ts';
import type { SetAside } from './set-aside.ts';

const PREFIX = 'paid ';
const opIdOf = (id: string): OpId | null => (id.startsWith(PREFIX) ? opIdFrom(id.slice(PREFIX.length)) : null);

/** What the user has to be told, until it is dismissed: of the files at once, of the pictures as soon as the studio is open. */
export class Notices implements SetAside {
  readonly #setAside: SetAside;
  /** Null until the studio is open. */
  #cases: Pick<Cases, 'list' | 'dismiss'> | null = null;

  constructor(setAside: SetAside) {
    this.#setAside = setAside;
  }

  /** The studio is open: these are told from now on, too. */
  attach(cases: Pick<Cases, 'list' | 'dismiss'>): void {
    this.#cases = cases;
  }

  list(): Notice[] {
    const paid = (this.#cases?.list() ?? []).map(
      ({ opId, kind, message }): Notice => ({
        id: `${PREFIX}${opId}`,
        about: kind === 'lost' ? 'paid and lost' : 'paid and outside',
        message,
      }),
    );
    return [...this.#setAside.list(), ...paid];
  }

  dismiss(id: string): Notice[] {
    const opId = opIdOf(id);
    if (opId === null) this.#setAside.dismiss(id);
    else this.#cases?.dismiss(opId);
    return this.list();
  }

  locate(id: string): string | null {
    const opId = opIdOf(id);
    if (opId === null) return this.#setAside.locate(id);
    return this.#cases?.list().find((each) => each.opId === opId)?.path ?? null;
  }
}
