/** What happens to pictures that go along with a report, as the server said it last. */
import { create } from 'zustand';
import type { ReportDesk } from '../../../shared/api/index.ts';
import type { Problem, Result } from '../../../shared/result.ts';
import { call } from '../../bridge.ts';
import { say } from '../../ui/feedback/Toast.tsx';

interface DeskState {
  /** Null: not known. */
  readonly desk: ReportDesk | null;
  readonly problem: Problem | null;
  readonly busy: boolean;
}

/** The terms, the consent of the account, and how long an answer takes. */
export const useDesk = create<DeskState>(() => ({ desk: null, problem: null, busy: false }));

async function take(asked: Promise<Result<ReportDesk>>): Promise<boolean> {
  useDesk.setState({ busy: true, problem: null });
  const answer = await asked;
  useDesk.setState(answer.ok ? { desk: answer.value, busy: false } : { problem: answer.error, busy: false });
  return answer.ok;
}

/** Asks anew. */
export const loadDesk = (): Promise<boolean> => take(call('reports.desk', undefined));

/** Agrees to the terms that are shown, if that was not done before. False: it did not work, and why is in the state. */
export async function agreed(): Promise<boolean> {
  const { desk } = useDesk.getState();
  if (desk === null) return false;
  return desk.consent.given || take(call('reports.agree', { terms: desk.terms.id }));
}

/** Everything that was sent is deleted. */
export async function withdrawConsent(): Promise<void> {
  if (await take(call('reports.withdrawConsent', undefined)))
    say('The consent is withdrawn. Everything that was sent is deleted on the server.');
}
