/** What work would cost and from which buckets: the server's own dry run. Holds nothing, charges nothing. */
import { basename } from 'node:path';
import { z } from 'zod';
import { hasCode, paths, quote as quoteAnswer, wallet } from '../../shared/api/index.ts';
import { amountIn } from '../amounts.ts';
import { defineCommand, seconds, wholeNumber } from '../command.ts';
import { EXIT, usageError } from '../outcome.ts';
import { table } from '../screen.ts';

const input = z.object({
  photos: z.array(z.string()).default([]),
  count: wholeNumber(1, 500).optional(),
  background: z.string().default('paper'),
  logo: z.string().optional(),
  model: z.string().optional(),
  tool: z.string().optional(),
  resolution: z.string().optional(),
  seconds: seconds.optional(),
  complexity: z.enum(['low', 'medium', 'high']).optional(),
});

/** `backlot quote`: what work would cost; the exit code tells whether the wallet pays for it. */
export const quote = defineCommand({
  name: 'quote',
  declare: (command) =>
    command
      .argument('[photos...]', 'photos to apply to; or name a model or a tool')
      .option('--count <n>', 'that many photos, or that many times')
      .option('--background <name>', 'one of ours, transparent, or a picture file', 'paper')
      .option('--logo <file>', 'with a logo')
      .option('--model <id>', 'a generation by this model')
      .option('--tool <id>', 'a tool of the policy')
      .option('--resolution <size>', 'of the generation or the tool')
      .option('--seconds <n>', 'its duration')
      .option('--complexity <level>', 'of the work'),
  input,
  output: quoteAnswer.extend({ unit: wallet.shape.unit, operations: z.int() }),
  async run(session, asked) {
    const operations = operationsOf(asked);
    const { requests } = await session.connect();
    const { unit } = await requests.get(paths.wallet, wallet);
    const answer = await requests.quote(paths.quotes, { operations }, quoteAnswer);
    const exit = answer.refusal === undefined ? EXIT.done : hasCode(answer.refusal, 'insufficient_credit') ? EXIT.short : EXIT.failed;
    return { value: { unit, operations: operations.length, ...answer }, exit };
  },
  render({ unit, total, atLeast, slices, availableAfter, notices, refusal }, look) {
    if (refusal !== undefined) return `${look.warn(refusal.message)}\n`;
    const cost = atLeast === total ? amountIn(unit, total) : `${amountIn(unit, atLeast)} to ${amountIn(unit, total)}`;
    const rows = slices.map(({ bucket, amount }) => [`  ${bucket}`, amountIn(unit, amount)]);
    return `${look.bold(cost)}, ${amountIn(unit, availableAfter)} left afterwards\n${table(rows, [1])}${notices.map((text) => `${text}\n`).join('')}`;
  },
});

function operationsOf(asked: z.infer<typeof input>): object[] {
  const { photos, count, model, tool, resolution, seconds, complexity } = asked;
  const kinds = [photos.length > 0, model !== undefined, tool !== undefined].filter(Boolean).length;
  if (kinds > 1) throw usageError('Photos, --model and --tool are quoted one at a time. Nothing was charged.');
  if (photos.length > 500) throw usageError('One quote takes up to 500 photos. Nothing was charged.');
  const traits = {
    ...(resolution === undefined ? {} : { resolution }),
    ...(seconds === undefined ? {} : { durationSeconds: seconds }),
    ...(complexity === undefined ? {} : { complexity }),
  };
  const times = (operation: object): object[] => Array.from({ length: count ?? 1 }, () => operation);
  if (model !== undefined) return times({ kind: 'generation', model, ...traits });
  if (tool !== undefined) return times({ kind: 'tool', tool, ...traits });
  if (kinds === 0 && count === undefined) throw usageError('Name photos, --count, --model or --tool. Nothing was charged.');
  const names =
    photos.length > 0 ? photos.map((path) => basename(path)) : Array.from({ length: count ?? 1 }, (_, index) => `photo ${index + 1}`);
  const recipe = { background: asked.background, logo: asked.logo ?? null };
  return names.map((photo) => ({ kind: 'apply', photo, recipe }));
}
