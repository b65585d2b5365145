/** How a command ends: with what it found out, or with a problem. Each way has its exit code, which scripts may rely on. */

import { z } from 'zod';
import { hasCode } from '../shared/api/index.ts';
import { problem } from '../shared/ipc/library.ts';
import type { Code, Problem } from '../shared/result.ts';

/** The exit codes. Scripts rely on them: none changes its meaning. */
export const EXIT = {
  done: 0,
  /** Nothing came of it, for a reason of its own. */
  failed: 1,
  /** The command line itself is wrong: nothing was begun. */
  usage: 2,
  /** The server was not reached, or its answer is not known. */
  offline: 3,
  /** The wallet does not pay for it. */
  short: 4,
  /** Some of it was done; the output says which. */
  partly: 5,
  /** The token is missing, unknown or expired. */
  signIn: 6,
  interrupted: 130,
} as const;

/** One of the exit codes. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** What `--json` prints of a command that did not end with a result. */
export const problemOutput = z.object({ problem });

/** Ends the command; the message is the product's voice: what happened, what was not charged, what next. */
export class CommandFailed extends Error {
  readonly exit: ExitCode;
  readonly problem: Problem;
  /** Why no answer came, where that is what ended it: the message without what it says about the command. */
  readonly unanswered: string | null;

  constructor(exit: ExitCode, problem: Problem, unanswered: string | null = null) {
    super(problem.message);
    this.exit = exit;
    this.problem = problem;
    this.unanswered = unanswered;
  }
}

/** The command line is wrong, and nothing was begun. */
export const usageError = (message: string): CommandFailed => new CommandFailed(EXIT.usage, { code: 'usage', message });
/** A failure with a code and a sentence of the command's own. */
export const failure = (code: Code, message: string): CommandFailed => new CommandFailed(EXIT.failed, { code, message });

const shortOfCredit: ReadonlySet<string> = new Set<Code>([
  'insufficient_credit',
  'not_allowed_on_tier',
  'fair_use_reached',
  'made_not_paid',
]);
const outOfReach: ReadonlySet<string> = new Set<Code>(['offline', 'waiting_for_answer', 'outcome_unknown']);

/** Which exit code a problem of the studio or the server has. */
export function exitFor(code: string): ExitCode {
  if (shortOfCredit.has(code)) return EXIT.short;
  if (outOfReach.has(code)) return EXIT.offline;
  return hasCode({ code }, 'unauthorized', 'forbidden') ? EXIT.signIn : EXIT.failed;
}

/** A failure by a problem; its code decides the exit code. */
export const failedBy = (problem: Problem): CommandFailed => new CommandFailed(exitFor(problem.code), problem);

/** Something was sent that changes something, and no answer of the server came. `reason`: a sentence. */
export const outcomeUnknown = (reason: string): CommandFailed =>
  new CommandFailed(
    EXIT.offline,
    {
      code: 'outcome_unknown',
      message: `${reason} Whether it was carried out is not known. Run the same command again: it goes on under the same number, and nothing is charged twice. "backlot history" shows what was charged.`,
    },
    reason,
  );
