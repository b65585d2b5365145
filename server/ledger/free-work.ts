/** Work that staff gives a customer for nothing, written whole: held and settled at 0 in one append, with whatever belongs to it (ST-05). */
import type pg from 'pg';
import { decide } from '../../shared/credits/decide/decide.ts';
import { CORRECTION } from '../../shared/credits/decide/price.ts';
import type { AccountState, Entry } from '../../shared/credits/model/model.ts';
import type { Policy } from '../../shared/credits/model/policy.ts';
import type { AccountId, Instant, OpId } from '../../shared/credits/model/quantities.ts';
import { idTaken } from '../problems.ts';
import { fingerprint } from './fingerprint.ts';
import type { Ledger } from './ledger.ts';
import { WHOLE_PRINT } from './operations.ts';
import { refused } from './refusals.ts';
import { type Decided, endOf, type Work } from './writer.ts';

/** A corrected picture: the operation that it is, and the photo that it is of. */
export interface FreeCorrection {
  readonly opId: OpId;
  readonly photo: string;
}

/**
 * Writes the corrections and, in the same transaction, what `alongside` writes: both or neither. Answers false when all of them were written before: then
 * nothing is, and `alongside` does not run. Throws account_closed, and a conflict for an id that means something else.
 */
export async function writeCorrections(
  ledger: Ledger,
  accountId: AccountId,
  corrections: readonly FreeCorrection[],
  alongside: (client: pg.PoolClient) => Promise<void>,
): Promise<boolean> {
  const work: Work<boolean> = {
    opIds: corrections.map(({ opId }) => opId),
    decide: (state, now, known) => {
      const fresh = corrections.filter((one) => {
        const before = known.get(one.opId);
        if (before !== undefined && before.fingerprint !== printOf(one)) throw idTaken('Nothing was written.');
        return before === undefined;
      });
      return decideAll(ledger.policyOf(state), state, fresh, now);
    },
    alongside,
  };
  return ledger.run(accountId, work);
}

const printOf = ({ photo }: FreeCorrection): string => fingerprint({ kind: CORRECTION, photo });

function decideAll(policy: Policy, before: AccountState, fresh: readonly FreeCorrection[], now: Instant): Decided<boolean> {
  let state = before;
  const entries: Entry[] = [];
  const operations: Decided<boolean>['operations'][number][] = [];
  const take = (command: Parameters<typeof decide>[2]): void => {
    const decision = decide(policy, state, command, now);
    if (!decision.ok) throw refused(policy, decision.refusal, state.timeZone);
    entries.push(...decision.entries);
    state = decision.state;
  };
  for (const correction of fresh) {
    const { opId, photo } = correction;
    take({ kind: 'hold', by: 'staff', atomic: true, operations: [{ opId, kind: CORRECTION, photo }] });
    take({ kind: 'settle', by: 'staff', holdId: opId });
    const indexOf = (kind: Entry['kind']): number => entries.findIndex((entry) => entry.kind === kind && entry.opId === opId);
    operations.push({ opId, fingerprint: printOf(correction), entry: indexOf('held'), outcome: null });
    // As a client's own settling is remembered: asking for it again gets the same receipt.
    operations.push({ opId: endOf(opId), fingerprint: WHOLE_PRINT, entry: indexOf('settled'), outcome: null });
  }
  return { entries, state, operations, answer: () => fresh.length > 0 };
}
