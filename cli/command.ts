/** What a command is: what it takes, what it does, and its result both for people and, by a schema, for programs. */
import type { Command as Declaration } from 'commander';
import { z } from 'zod';
import type { World } from '../electron/world.ts';
import type { Connection } from './connection.ts';
import { EXIT, type ExitCode, usageError } from './outcome.ts';
import type { Look, Screen } from './screen.ts';

/** What a command may use. */
export interface Session {
  readonly screen: Screen;
  readonly world: World;
  readonly environment: NodeJS.ProcessEnv;
  readonly dataFolder: string;
  /** On first use; the same one afterwards. */
  connect(): Promise<Connection>;
  /** Aborted when the person presses Ctrl-C. */
  readonly interrupted: AbortSignal;
}

/** A result, and the exit code where it is not "done". */
export interface Outcome<T> {
  readonly value: T;
  readonly exit?: ExitCode;
}

interface Parts<I, T> {
  readonly name: string;
  /** Whether it may order, hold or charge something: then nothing is denied that is not known. */
  readonly moves?: true;
  /** Arguments and options, for the help, the parser and the completion. */
  readonly declare: (command: Declaration) => Declaration;
  /** What the arguments and options have to be, each under its name. */
  readonly input: z.ZodType<I>;
  /** Of `--json`. */
  readonly output: z.ZodType<T>;
  readonly run: (session: Session, input: I) => Promise<Outcome<T>>;
  /** For people. Null: the result is in a file, or was written already. */
  readonly render: (value: T, look: Look) => string;
}

/** What stood on the command line, under the names of the arguments and options. */
export interface Arguments {
  readonly named: Readonly<Record<string, unknown>>;
  /** Which of them are arguments. */
  readonly places: readonly string[];
}

/** A command, ready for the parser. `moves`: it may spend or order, and a failure says that the outcome is not known. */
export interface Command<T = unknown> {
  readonly name: string;
  readonly moves: boolean;
  readonly declare: (command: Declaration) => Declaration;
  readonly output: z.ZodType<T>;
  /** Runs it and writes the result. Throws `CommandFailed`. */
  readonly execute: (session: Session, args: Arguments) => Promise<ExitCode>;
}

/** A command of its parts: parses what was typed, runs, and writes the result as text or (`--json`) by its schema. */
export function defineCommand<I, T>({ name, moves, declare, input, output, run, render }: Parts<I, T>): Command<T> {
  return {
    name,
    moves: moves === true,
    declare,
    output,
    async execute(session, args) {
      const asked = input.safeParse(args.named);
      if (!asked.success) throw usageError(sayWhatIsWrong(asked.error, args));
      const { value, exit = EXIT.done } = await run(session, asked.data);
      session.screen.quiet();
      // A result that breaks its own promise is a fault of ours and is said to be one.
      const text = args.named['json'] === true ? `${JSON.stringify(output.parse(value), null, 2)}\n` : render(value, session.screen.look);
      if (text !== '') await session.screen.write(text);
      return exit;
    },
  };
}

function sayWhatIsWrong(error: z.ZodError, { named, places }: Arguments): string {
  const [issue] = error.issues;
  const name = issue?.path[0];
  if (issue === undefined || typeof name !== 'string') return 'The command was not understood. Nothing was charged.';
  const option = places.includes(name) ? name : `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  const why = issue.code === 'invalid_value' ? `one of ${issue.values.map(String).join(', ')}.` : issue.message;
  return `${option} ${String(named[name])}: ${why} Nothing was charged.`;
}

/** A duration as it stands on a command line. */
export const seconds = z
  .string()
  .regex(/^\d+(\.\d+)?$/, 'A number of seconds.')
  .transform(Number);

/** A whole number as it stands on a command line. */
export const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .refine((text) => /^\d{1,15}$/.test(text) && Number(text) >= min && Number(text) <= max, `A whole number from ${min} to ${max}.`)
    .transform(Number);
