/** Which photo an operation was for, read from a list of jobs without changing it: of this version, or of one before it. */
import Database from 'better-sqlite3';
import type { OpId } from '../../shared/credits/model/quantities.ts';

/** The photos that operations were for. */
export class PhotoNames {
  readonly #db: Database.Database;
  readonly #photoOf: Database.Statement<[string], { id: string; name: string }>;

  /** Throws when the file cannot be read. */
  constructor(path: string) {
    this.#db = new Database(path, { readonly: true });
    try {
      const hasJobs = this.#db.prepare("SELECT 1 FROM sqlite_master WHERE name = 'job'").get() !== undefined;
      this.#photoOf = this.#db.prepare<[string], { id: string; name: string }>(
        hasJobs
          ? 'SELECT j.photo_id AS id, j.photo_name AS name FROM operation o JOIN job j ON j.id = o.job_id WHERE o.op_id = ?'
          : 'SELECT name AS id, name FROM operation WHERE op_id = ?',
      );
    } catch (error) {
      this.#db.close();
      throw error;
    }
  }

  /** Null: no job of this list was paid for by it. */
  photoOf(opId: OpId): { id: string; name: string } | null {
    return this.#photoOf.get(opId) ?? null;
  }

  close(): void {
    this.#db.close();
  }
}
