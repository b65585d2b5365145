/** The commands as the parser, the help and the completion know them. */

import tab from '@bomb.sh/tab/commander';
import { Command as Declaration, Option } from 'commander';
import { STEP_KINDS } from '../shared/edit/processing/chain.ts';
import { builtInBackground, exportSettings, logoAnchor, placement, shadow } from '../shared/edit/recipe.ts';
import { PAYMENT_WAYS } from '../shared/payment-ways.ts';
import type { Arguments, Command } from './command.ts';
import { apply } from './commands/apply.ts';
import { balance } from './commands/balance.ts';
import { buy } from './commands/buy.ts';
import { exporting } from './commands/export.ts';
import { generate } from './commands/generate.ts';
import { history } from './commands/history.ts';
import { invoices } from './commands/invoices.ts';
import { model } from './commands/model.ts';
import { packs } from './commands/packs.ts';
import { plan } from './commands/plan.ts';
import { processing } from './commands/process.ts';
import { quote } from './commands/quote.ts';
import { report } from './commands/report.ts';
import { reports } from './commands/reports.ts';
import { support } from './commands/support.ts';
import { wallet } from './commands/wallet.ts';
import { environment, exitCodes, commands as summaries } from './overview.mjs';

/** Every command, in the order of the help. */
export const commands: readonly Command[] = [
  balance,
  wallet,
  quote,
  apply,
  history,
  exporting,
  packs,
  buy,
  generate,
  processing,
  report,
  reports,
  invoices,
  plan,
  model,
  support,
];

/** What the shell offers for an option. Unlike `choices`, other values are taken too, and judged by the command. */
const offered: Readonly<Record<string, readonly string[]>> = {
  background: builtInBackground.shape.id.options,
  logoPosition: logoAnchor.options,
  placement: placement.shape.mode.options,
  shadow: shadow.shape.kind.options,
  format: exportSettings.shape.format.options,
  aspect: exportSettings.shape.aspect.options,
  style: builtInBackground.shape.id.options,
  resolution: ['1K', '2K', '4K'],
  complexity: ['low', 'medium', 'high'],
  provider: PAYMENT_WAYS,
  interval: ['month', 'year'],
  step: STEP_KINDS,
};

const summaryOf = (name: string): string => (name in summaries ? summaries[name as keyof typeof summaries] : '');

/** @param chosen is told which command is to be carried out, with its arguments under their names */
export function buildProgram(chosen: (command: Command, args: Arguments) => void): Declaration {
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
    for (const option of declared.options) {
      const choices = offered[option.attributeName()];
      if (choices !== undefined) option.argChoices = [...choices];
    }
    declared.action((...given: unknown[]) => {
      const names = declared.registeredArguments.map((argument) => argument.name());
      const args = Object.fromEntries(names.map((name, index) => [name, given[index]]).filter(([, value]) => value !== undefined));
      chosen(command, { named: { ...declared.opts(), ...args }, places: names });
    });
  }
  // Adds "complete": the scripts for the shells, and the answers that these scripts ask for on every Tab.
  tab(program);
  return program;
}
