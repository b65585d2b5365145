/** What happens to the pictures of reports, the account's consent to it, and the ends that a customer can put to a report. */
import { type ReportDesk as Desk, paths, type Report, report, reportDesk } from '../../../shared/api/index.ts';
import { ok, type Result } from '../../../shared/result.ts';
import type { Cache } from '../copy/cache.ts';
import { type Ask, nothingChanged, perhapsChanged, type Question } from './ask.ts';

/** Asks the server; what it said last is remembered with the copy of the account. */
export class ReportDesk {
  readonly #cache: Cache;
  readonly #ask: Ask;

  constructor(cache: Cache, ask: Ask) {
    this.#cache = cache;
    this.#ask = ask;
  }

  /** As the server said it last to this account; null: it was never asked. */
  known(): Desk | null {
    return this.#cache.fact('report desk', reportDesk);
  }

  /** As it is now; without an answer, as the server said it last. */
  async look(): Promise<Result<Desk>> {
    const asked = await this.#remembered({
      what: 'What happens to pictures',
      method: 'GET',
      path: paths.reportDesk,
      answer: reportDesk,
      unanswered: nothingChanged,
    });
    const known = this.known();
    return !asked.ok && asked.error.code === 'offline' && known !== null ? ok(known) : asked;
  }

  /** Agrees to the terms that were shown, by their id; `conflict` where they are others by now. */
  agree(terms: string): Promise<Result<Desk>> {
    return this.#remembered({
      what: 'Agreeing to send pictures',
      method: 'PUT',
      path: paths.reportConsent,
      body: { terms },
      answer: reportDesk,
      unanswered: perhapsChanged,
    });
  }

  /** Everything that the account sent is deleted on the server. */
  withdraw(): Promise<Result<Desk>> {
    return this.#remembered({
      what: 'Withdrawing the consent',
      method: 'DELETE',
      path: paths.reportConsent,
      answer: reportDesk,
      unanswered: 'Whether the consent is withdrawn is not known; withdraw it again to be sure.',
    });
  }

  /** Ends a report that is not answered, and deletes what it took along. `id`: the server's. */
  withdrawReport(id: string): Promise<Result<Report>> {
    return this.#ask({
      what: 'Withdrawing the report',
      method: 'POST',
      path: paths.withdrawReport(id),
      body: {},
      answer: report,
      unanswered: 'Whether the report is withdrawn is not known; withdraw it again to be sure.',
    });
  }

  /** Keeps the corrected picture. `id`: the server's. */
  keep(id: string): Promise<Result<Report>> {
    return this.#ask({
      what: 'Keeping the corrected picture',
      method: 'POST',
      path: paths.keepCorrection(id),
      body: {},
      answer: report,
      unanswered: perhapsChanged,
    });
  }

  async #remembered(question: Question<Desk>): Promise<Result<Desk>> {
    const answered = await this.#ask(question);
    if (!answered.ok) return answered;
    this.#cache.remember('report desk', answered.value);
    return ok(answered.value);
  }
}
