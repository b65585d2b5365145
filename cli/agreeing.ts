/** Money is spent on a word of its own: asked on a terminal, said with --yes everywhere else. */
import type { Session } from './command.ts';
import { failure, usageError } from './outcome.ts';

/** Throws unless the person agrees. */
export async function agree({ screen }: Session, question: string, yes: boolean): Promise<void> {
  if (yes) return;
  if (!screen.asks) throw usageError(`${question} Say so with --yes. Nothing was charged.`);
  if (!(await screen.confirm(question))) throw failure('not_agreed', 'Nothing was ordered and nothing was charged.');
}
