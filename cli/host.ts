/** The process a command runs in, as far as a command may use it. `main` is handed one, so that nothing below it reaches for `process`. */
import type { ExitCode } from './outcome.ts';
import type { Streams } from './screen.ts';

/** The signals that ask a command to stop. */
export const STOP_SIGNALS = ['SIGINT', 'SIGTERM'] as const;
type StopSignal = (typeof STOP_SIGNALS)[number];

/** Node's `process` is one. */
export interface Host extends Streams {
  /** The only environment that a command reads, and hands on to what it starts. */
  readonly env: NodeJS.ProcessEnv;
  /** Calls on every such signal until `off`. */
  on(signal: StopSignal, asked: () => void): unknown;
  off(signal: StopSignal, asked: () => void): unknown;
  /** Ends at once, whatever is under way: after a second Ctrl-C, and where nobody reads the results any more. */
  exit(code: ExitCode): void;
}
