/** Errors are values across boundaries. A problem says what happened, what was not lost or charged, and what to do next. */
import type { $brand } from 'zod';
import type { OwnCode } from './codes/own-codes.ts';
import type { ProblemCode } from './codes/server-codes.ts';

/** What came of something: its value, or why it could not be done. */
export type Result<T, E = Problem> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: E };

/** A code from outside: a server or a file of another version may know one that this version does not. It is nothing but a text. */
export type ForeignCode = string & $brand<'ForeignCode'>;

/** What may stand in a problem: a code of the registry, or one that was passed on. A literal that is not registered does not compile. */
export type Code = ProblemCode | OwnCode | ForeignCode;

/** For parsers of what comes from outside, and for handing on what the server answered. */
export const codeFrom = (text: string): Code => text as ForeignCode; // The brand is for the compiler alone.

/** Why something could not be done, as data: safe to send to the renderer and to show. */
export interface Problem {
  /** Stable, for programs: `file_missing`, `insufficient_credit`, ... */
  readonly code: Code;
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
