/** The commands as the parser, the help and the completion know them. */
import { Command as Declaration, Option } from 'commander';
import type { Command } from './command.ts';
import { apply } from './commands/apply.ts';
import { balance } from './commands/balance.ts';
import { history } from './commands/history.ts';
import { packs } from './commands/packs.ts';
import { quote } from './commands/quote.ts';
import { wallet } from './commands/wallet.ts';
import { environment, exitCodes, commands as summaries } from './overview.mjs';

export const commands: readonly Command[] = [balance, wallet, quote, apply, history, packs];

const summaryOf = (name: string): string => (name in summaries ? summaries[name as keyof typeof summaries] : '');

/** @param chosen is told which command is to be carried out, with its words under their names */
export function buildProgram(chosen: (command: Command, words: Record<string, unknown>) => void): Declaration {
  const program = new Declaration('backlot')
    .description('New backgrounds for photos, and the wallet behind them.')
    .helpOption('-h, --help', 'show this help')
    .version('', '-V, --version', 'show the version')
    .addHelpText('after', `\n${exitCodes}\n\n${environment}`)
    .showHelpAfterError('See "backlot --help".')
    .exitOverride()
    .configureOutput({ writeErr: () => undefined, outputError: () => undefined });
  for (const command of commands) {
    const declared = command.declare(program.command(command.name).description(summaryOf(command.name)));
    declared.addOption(new Option('--json', 'the result as JSON, for programs')).allowExcessArguments(false);
    declared.action((...given: unknown[]) => {
      const names = declared.registeredArguments.map((argument) => argument.name());
      const args = Object.fromEntries(names.map((name, index) => [name, given[index]]).filter(([, value]) => value !== undefined));
      chosen(command, { ...declared.opts(), ...args });
    });
  }
  return program;
}
