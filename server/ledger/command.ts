/**
 * One command of the engine as one request: decided, appended, and answered in one transaction with whatever belongs to it
 * (an invoice, a job). The answer is stored, so that every replay of the operation id gets exactly the same one.
 */

import type pg from 'pg';
import { z } from 'zod';
import { isProblemCode } from '../../shared/api/index.ts';
import { operationId } from '../../shared/credits/codec/quantities.ts';
import { decide } from '../../shared/credits/decide/decide.ts';
import type { CommandKind, CommandOf } from '../../shared/credits/model/commands.ts';
import type { AccountState } from '../../shared/credits/model/model.ts';
import type { Policy } from '../../shared/credits/model/policy.ts';
import type { AccountId, Instant, OpId } from '../../shared/credits/model/quantities.ts';
import type { Accepted } from '../../shared/credits/model/receipts.ts';
import { NO_UNITS } from '../../shared/credits/model/units.ts';
import type { Witness } from '../identity/audit.ts';
import { idTaken, Refusal } from '../problems.ts';
import { fingerprintOf, isRemembered } from './fingerprint.ts';
import type { Ledger } from './ledger.ts';
import { keptRefusal, readRefusal } from './receipts.ts';
import { isFinal, refused } from './refusals.ts';
import type { KnownOperation } from './storage.ts';
import { insertAnswer } from './store.ts';
import { walletFacts } from './wallet-facts.ts';
import { amountsOf } from './wire.ts';

/** What a request came to, for whatever is written in the same transaction. Its receipt is that of the command. */
interface Happened<K extends CommandKind> {
  readonly accountId: AccountId;
  readonly policy: Policy;
  readonly decision: Accepted<K>;
  /** Before the command. */
  readonly before: AccountState;
  readonly now: Instant;
}

/** The answer of what is done and has nothing more to say. */
export const acknowledged = z.object({ opId: operationId });

/** A command of the kind `K` with its answer. */
export interface Request<T, K extends CommandKind> {
  readonly opId: OpId;
  /** Names the table of answers: purchase, refund … */
  readonly kind: string;
  /** What an answer of this kind is, as older servers stored it too: a replay is parsed by it. */
  readonly stored: z.ZodType<T>;
  /** Everything that was sent besides the id: the same id with something else is a conflict. */
  readonly content: unknown;
  /** Throws a Refusal to write nothing. */
  command(policy: Policy, state: AccountState, now: Instant): CommandOf<K>;
  /** Runs inside the transaction, after the append. */
  answer(happened: Happened<K>, client: pg.PoolClient): Promise<T> | T;
  /** Audit hook of staff acts, in the same transaction. */
  readonly witness?: Witness | undefined;
}

/**
 * Decides, appends and answers the command in one transaction. A known operation id answers what it answered the first time; with other content it is a
 * conflict. Throws the engine's refusal: final ones are kept under the id, others are not.
 */
export async function execute<T, K extends CommandKind>(ledger: Ledger, accountId: AccountId, request: Request<T, K>): Promise<T> {
  const said = { [request.kind]: request.content };
  const print = fingerprintOf(said);
  const { opId, kind } = request;
  let happened: Happened<K> | undefined;
  let answer: T | undefined;
  const known = await ledger.run<KnownOperation | null>(accountId, {
    opIds: [opId],
    decide: (state, now, knownOps) => {
      const before = knownOps.get(opId);
      if (before) return { entries: [], state, operations: [], answer: () => before };
      const policy = ledger.policyOf(state);
      const decision = decide(policy, state, request.command(policy, state, now), now);
      if (!decision.ok) {
        const refusal = refused(policy, decision.refusal, state.timeZone);
        happened = undefined;
        if (!isFinal(decision.refusal)) throw refusal;
        const remembered = { opId, fingerprint: print, entry: null, outcome: kept(policy, opId, refusal, now) };
        const known = { opId, fingerprint: print, seq: state.seq, outcome: remembered.outcome };
        return { entries: [], state, operations: [remembered], answer: () => known };
      }
      happened = { accountId, policy, decision, before: state, now };
      const entry = decision.entries.findIndex((e) => e.opId === opId);
      return {
        entries: decision.entries,
        state: decision.state,
        operations: [{ opId, fingerprint: print, entry, outcome: null }],
        answer: () => null,
      };
    },
    alongside: async (client) => {
      if (!happened) return;
      answer = await request.answer(happened, client);
      const { before, decision, now } = happened;
      await request.witness?.(client, {
        at: now,
        accountId,
        opId,
        before: walletFacts(ledger.policyOf(before), before, now),
        after: walletFacts(ledger.policyOf(decision.state), decision.state, now),
      });
      await insertAnswer(client, { accountId, opId, kind, document: JSON.stringify(answer) });
    },
  });
  if (!known && answer !== undefined) return answer;
  if (known == null || !isRemembered(known.fingerprint, said)) throw idTaken('Nothing was charged or granted.');
  if (known.outcome !== null) throw refusalOf(known.outcome);
  return ledger.answer(accountId, opId, kind, request.stored);
}

/** A refusal is an answer too: in the form that receipts of refused operations have. */
function kept(policy: Policy, opId: OpId, { code, message, extra }: Refusal, now: Instant): string {
  const amounts = amountsOf(policy);
  const amount = typeof extra['required'] === 'string' ? extra['required'] : amounts.format(NO_UNITS);
  return keptRefusal({ opId, status: 'refused', amount, slices: [], holdExpiresAt: null, code, message }, extra, now);
}

function refusalOf(outcome: string): Refusal {
  const { code, message, details } = readRefusal(outcome);
  return new Refusal(isProblemCode(code) ? code : 'insufficient_credit', message ?? 'Refused; nothing was charged.', details);
}
