/**
 * Where a command speaks: results on standard output, everything else on standard error. Colours and progress only where a
 * person looks on; a reader that leaves early (`backlot history | head`) ends the command quietly.
 */
import { createInterface } from 'node:readline/promises';
import { styleText } from 'node:util';

/** How text is dressed; plain where colours are off. */
export interface Look {
  bold(text: string): string;
  dim(text: string): string;
  warn(text: string): string;
}

/** Where a command writes: results to standard output, everything for people to standard error. */
export interface Screen {
  /** How standard output is dressed. */
  readonly look: Look;
  /** Whether a person can be asked. */
  readonly asks: boolean;
  /** A result; resolves once the reader has taken it. */
  write(text: string): Promise<void>;
  /** A line for people, never part of the result. */
  note(text: string): void;
  /** Replaces the line of progress; nothing is shown in a pipe. */
  progress(text: string): void;
  /** Takes the line of progress away. */
  quiet(): void;
  /** True for "y" and "yes". */
  confirm(question: string): Promise<boolean>;
}

const plain: Look = { bold: (text) => text, dim: (text) => text, warn: (text) => text };
const coloured: Look = {
  bold: (text) => styleText('bold', text, { validateStream: false }),
  dim: (text) => styleText('dim', text, { validateStream: false }),
  warn: (text) => styleText('yellow', text, { validateStream: false }),
};

/** https://no-color.org: set and not empty means none, whatever else. */
export const lookFor = (isTerminal: boolean, environment: NodeJS.ProcessEnv): Look =>
  isTerminal && (environment['NO_COLOR'] ?? '') === '' && environment['TERM'] !== 'dumb' ? coloured : plain;

/** A stream that may be a terminal; `columns`: how wide that is. */
interface Terminal {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** The three standard streams of a process. */
export interface Streams {
  readonly stdin: NodeJS.ReadableStream & Terminal;
  readonly stdout: NodeJS.WritableStream & Terminal;
  readonly stderr: NodeJS.WritableStream & Terminal;
}

/** The terminal, or whatever the three streams were redirected to. */
export class TerminalScreen implements Screen {
  readonly look: Look;
  readonly asks: boolean;
  readonly #streams: Streams;
  readonly #errors: Look;
  #shown = false;

  /** @param left called when nobody reads the results any more */
  constructor(streams: Streams, environment: NodeJS.ProcessEnv, left: () => void) {
    const { stdin, stdout, stderr } = streams;
    this.#streams = streams;
    this.#errors = lookFor(stderr.isTTY === true, environment);
    this.look = lookFor(stdout.isTTY === true, environment);
    this.asks = stdin.isTTY === true && stderr.isTTY === true;
    stdout.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      left();
    });
    // Standard error that is gone takes nothing with it.
    stderr.on('error', () => undefined);
  }

  write(text: string): Promise<void> {
    return new Promise((resolve) => this.#streams.stdout.write(text, () => resolve()));
  }

  note(text: string): void {
    this.quiet();
    this.#streams.stderr.write(`${this.#errors.warn(text)}\n`);
  }

  progress(text: string): void {
    const { stderr } = this.#streams;
    if (stderr.isTTY !== true) return;
    this.#shown = true;
    stderr.write(`\r\u001b[K${text.slice(0, Math.max(20, (stderr.columns || 80) - 1))}`);
  }

  quiet(): void {
    if (this.#shown) this.#streams.stderr.write('\r\u001b[K');
    this.#shown = false;
  }

  async confirm(question: string): Promise<boolean> {
    this.quiet();
    const { stdin, stderr } = this.#streams;
    const asking = createInterface({ input: stdin, output: stderr });
    try {
      return /^y(es)?$/i.test((await asking.question(`${question} [y/N] `)).trim());
    } finally {
      asking.close();
    }
  }
}

/** Columns as wide as their widest cell, two spaces apart. `right` names columns of figures. */
export function table(rows: readonly (readonly string[])[], right: readonly number[] = []): string {
  const widths: number[] = [];
  for (const row of rows) for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, cell.length);
  const line = (row: readonly string[]): string =>
    row
      .map((cell, index) => (right.includes(index) ? cell.padStart(widths[index] ?? 0) : cell.padEnd(widths[index] ?? 0)))
      .join('  ')
      .trimEnd();
  return rows.map((row) => `${line(row)}\n`).join('');
}
