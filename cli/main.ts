/** One command from its arguments to its exit code. */

import { join } from 'node:path';
import { CommanderError } from 'commander';
import { Log } from '../electron/storage/log.ts';
import { realWorld, type World } from '../electron/world.ts';
import type { Problem } from '../shared/result.ts';
import type { Arguments, Command, Session } from './command.ts';
import { bashCompletion } from './completion.ts';
import { type Connection, connectServer } from './connection.ts';
import { type Host, STOP_SIGNALS } from './host.ts';
import { CommandFailed, EXIT, type ExitCode, outcomeUnknown, problemOutput } from './outcome.ts';
import { dataFolder } from './places.ts';
import { buildProgram } from './program.ts';
import { type Screen, TerminalScreen } from './screen.ts';

/** Runs it to its end on this host. Answers the exit code; what was started is stopped. */
export async function main(args: readonly string[], host: Host): Promise<ExitCode> {
  // Nobody reads any more: there is nothing left to do, and nothing to complain about.
  const screen = new TerminalScreen(host, host.env, () => host.exit(EXIT.done));
  const asked = parse(args);
  if ('text' in asked) {
    const asJson = asked.exit !== EXIT.done && args.includes('--json');
    if (asJson) await screen.write(problemText({ code: 'usage', message: asked.text }));
    else if (asked.exit === EXIT.done) await screen.write(asked.text);
    else screen.note(asked.text);
    return asked.exit;
  }
  const session = new HostSession(screen, host);
  // The studio's timers do not keep a process alive; a command lasts until it has ended.
  const alive = setInterval(() => undefined, 60_000);
  try {
    return await asked.command.execute(session, asked.args);
  } catch (error) {
    return await tell(screen, asked.args.named['json'] === true, asFailure(session, asked.command, error));
  } finally {
    await session.close();
    screen.quiet();
    clearInterval(alive);
  }
}

type Asked = { readonly command: Command; readonly args: Arguments } | { readonly text: string; readonly exit: ExitCode };

function parse(argv: readonly string[]): Asked {
  if (argv[0] === 'complete' && argv[1] === 'bash') return { text: bashCompletion, exit: EXIT.done };
  let asked: Asked | null = null;
  let help = '';
  const program = buildProgram((command, args) => {
    asked = { command, args };
  });
  for (const each of [program, ...program.commands]) {
    each.exitOverride().configureOutput({ writeOut: (text) => (help += text), writeErr: () => undefined, outputError: () => undefined });
  }
  try {
    program.parse([...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { text: help, exit: EXIT.done };
    return { text: `${error.message.replace(/^error: /, '')}. Nothing was charged. See "backlot --help".`, exit: EXIT.usage };
  }
  // The completion has printed what the shell asked for.
  if (argv[0] === 'complete') return { text: '', exit: EXIT.done };
  return asked ?? { text: 'Name a command. See "backlot --help".', exit: EXIT.usage };
}

/** How soon after the first a second Ctrl-C still counts as the same one: from the terminal and from the first step it may come twice at once. */
const SAME_INTERRUPT_MS = 500;

/** What a command may use on its host. */
class HostSession implements Session {
  readonly screen: Screen;
  readonly world: World;
  readonly environment: NodeJS.ProcessEnv;
  readonly dataFolder: string;
  readonly #host: Host;
  readonly #abort = new AbortController();
  #interruptedAt = 0;
  #connection: Promise<Connection> | null = null;

  constructor(screen: Screen, host: Host) {
    this.screen = screen;
    this.#host = host;
    this.environment = host.env;
    this.dataFolder = dataFolder(host.env);
    this.world = realWorld((line, facts) => {
      new Log(join(this.dataFolder, 'logs'), () => new Date()).line(
        'command line',
        facts === undefined ? line : `${line} ${JSON.stringify(facts)}`,
      );
    });
    for (const signal of STOP_SIGNALS) host.on(signal, this.#interrupt);
  }

  get interrupted(): AbortSignal {
    return this.#abort.signal;
  }

  connect(): Promise<Connection> {
    const { environment, dataFolder, world } = this;
    this.#connection ??= connectServer({ environment, dataFolder, world, waiting: (what) => this.screen.progress(`${what} …`) });
    return this.#connection;
  }

  async close(): Promise<void> {
    for (const signal of STOP_SIGNALS) this.#host.off(signal, this.#interrupt);
    await this.#connection?.then(
      (opened) => opened.close(),
      () => undefined,
    );
  }

  readonly #interrupt = (): void => {
    if (this.interrupted.aborted && performance.now() - this.#interruptedAt > SAME_INTERRUPT_MS) this.#host.exit(EXIT.interrupted);
    this.#interruptedAt = performance.now();
    this.#abort.abort();
  };
}

const problemText = (problem: Problem): string => `${JSON.stringify(problemOutput.parse({ problem }), null, 2)}\n`;

/** With --json a problem is a document on standard output too, so that a program reads one thing only. */
async function tell(screen: Screen, asJson: boolean, { exit, problem }: CommandFailed): Promise<ExitCode> {
  screen.quiet();
  if (asJson) await screen.write(problemText(problem));
  else screen.note(problem.message);
  return exit;
}

/** A fault of ours may come before, between or after what was sent: of a command that orders nothing is denied. */
function asFailure({ dataFolder: data }: Session, { moves }: Command, error: unknown): CommandFailed {
  if (error instanceof CommandFailed) return error;
  const log = new Log(join(data, 'logs'), () => new Date());
  const why = `Something went wrong in the command line (reference ${log.fault('command line', error)} in ${log.path}).`;
  return moves
    ? outcomeUnknown(why)
    : new CommandFailed(EXIT.failed, {
        code: 'studio_fault',
        message: `${why} This command only reads: nothing was ordered or charged by it.`,
      });
}
