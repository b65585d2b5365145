/** PG-04: the twenty steps on photos, in the order in which they are named; free or at the policy's flat price. */
import { z } from 'zod';
import { seconds as secondsLong } from '../../shared/credits/model/durations.ts';
import { chain } from '../../shared/edit/processing/chain.ts';
import { problem } from '../../shared/ipc/library.ts';
import { unit } from '../../shared/ipc/wallet.ts';
import { amountIn } from '../amounts.ts';
import { defineCommand, seconds } from '../command.ts';
import { EXIT, exitFor } from '../outcome.ts';
import { runProcess } from '../processing/run.ts';
import { chainOf } from '../processing/step-syntax.ts';

/** `backlot process`: makes files by a chain of steps. */
export const processing = defineCommand({
  name: 'process',
  moves: true,
  declare: (command) =>
    command
      .argument('<photos...>', 'photos and folders of photos; they are only read')
      .option('--step <step>', 'one step, like resize:width=1200 or grayscale; once for each', (word, before: string[] = []) => [
        ...before,
        word,
      ])
      .option('--wait <seconds>', 'how long a network that goes away is waited for', '60')
      .option('--drop-unpaid', 'discard what earlier runs have made and not paid')
      .option('--again', 'pay again for what was paid for before')
      .requiredOption('--out <folder>', 'where the files go; nothing there is overwritten'),
  input: z.object({
    photos: z.array(z.string()).min(1),
    step: z.array(z.string()).default([]),
    out: z.string().min(1),
    again: z.boolean().default(false),
    dropUnpaid: z.boolean().default(false),
    wait: seconds,
  }),
  output: z.object({
    unit,
    steps: chain,
    /** Whether the policy asks nothing for it. */
    free: z.boolean(),
    photos: z.array(
      z.object({ name: z.string(), path: z.string(), charged: z.string(), savedTo: z.string().nullable(), problem: problem.nullable() }),
    ),
    problems: z.array(problem),
    charged: z.string(),
  }),
  async run(session, { photos, step, out, again, dropUnpaid, wait }) {
    const named = chainOf(step);
    const outcome = await runProcess(session, { photos, out, again, dropUnpaid, waitMs: secondsLong(wait), ...named });
    const troubles = [...outcome.problems, ...outcome.photos.flatMap((photo) => photo.problem ?? [])];
    const saved = outcome.photos.filter(({ savedTo }) => savedTo !== null).length;
    const [first] = troubles;
    const failed = saved > 0 ? EXIT.partly : exitFor(first?.code ?? 'failed');
    const exit = session.interrupted.aborted ? EXIT.interrupted : first === undefined && saved > 0 ? EXIT.done : failed;
    return { value: { ...outcome, photos: [...outcome.photos], problems: [...outcome.problems], steps: [...named.chain] }, exit };
  },
  render({ unit: of, photos, problems, free, charged }, look) {
    const files = photos.map(({ name, savedTo }) => (savedTo === null ? '' : `${name} → ${savedTo}\n`)).join('');
    const troubles = [...problems, ...photos.flatMap((photo) => photo.problem ?? [])]
      .map(({ message }) => `${look.warn(message)}\n`)
      .join('');
    const saved = photos.filter(({ savedTo }) => savedTo !== null).length;
    return `${files}${troubles}Processed ${saved} of ${photos.length === 1 ? '1 photo' : `${photos.length} photos`}. ${free ? 'Nothing was charged.' : `${amountIn(of, charged)} used.`}\n`;
  },
});
