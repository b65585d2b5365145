/** Notices of both kinds as one list: files that were set aside, and pictures that were charged and are not where they belong. */
import { opIdFrom } from '../../shared/credits/model/minting.ts';
import type { OpId } from '../../shared/credits/model/quantities.ts';
import type { Notice } from '../../shared/ipc/notices.ts';
import type { Cases } from '../paid-work/cases.ts';
import type { SetAside } from './set-aside.ts';

const PREFIX = 'paid ';
const opIdOf = (id: string): OpId | null => (id.startsWith(PREFIX) ? opIdFrom(id.slice(PREFIX.length)) : null);

/** @param cases null until the studio is open */
export function withCases(setAside: SetAside, cases: () => Pick<Cases, 'list' | 'dismiss'> | null): SetAside {
  const open = (): Notice[] =>
    (cases()?.list() ?? []).map(({ opId, kind, message }) => ({
      id: `${PREFIX}${opId}`,
      about: kind === 'lost' ? 'paid and lost' : 'paid and outside',
      message,
    }));
  const list = (): Notice[] => [...setAside.list(), ...open()];
  return {
    list,
    dismiss(id) {
      const opId = opIdOf(id);
      if (opId === null) setAside.dismiss(id);
      else cases()?.dismiss(opId);
      return list();
    },
    locate(id) {
      const opId = opIdOf(id);
      return opId === null
        ? setAside.locate(id)
        : (cases()
            ?.list()
            .find((each) => each.opId === opId)?.path ?? null);
    },
  };
}
