/** Errors are values across boundaries. A problem says what happened, what was not lost or charged, and what to do next. */
export type Result<T, E = Problem> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: E };

/** Why something could not be done, as data: safe to send to the renderer and to show. */
export interface Problem {
  /** Stable, for code: `file_unreadable`, `insufficient_credit`, ... */
  readonly code: string;
  /** For people, in the product's voice: names the file, what was (not) charged, the next step. */
  readonly message: string;
  /** The file it is about, as the user knows it. */
  readonly file?: string | undefined;
}

/** The good outcome, with its value. */
export const ok = <T>(value: T): Result<T, never> => ({ ok: true, value });
/** The bad outcome, with a reason that the caller has to handle. */
export const fail = <E>(error: E): Result<never, E> => ({ ok: false, error });

/** Makes the compiler prove that a switch names every case. */
export function assertNever(value: never): never {
  throw new Error(`Unexpected value: ${JSON.stringify(value)}`);
}
