/** The main job without a window: hold, render, settle with the app's own code, and the pictures where they are wanted. */
import { z } from 'zod';
import { recipeRefused } from '../../electron/applying/sentences.ts';
import { paths, wallet } from '../../shared/api/index.ts';
import { seconds as secondsLong } from '../../shared/credits/model/durations.ts';
import { refusalOf } from '../../shared/edit/cost.ts';
import { problem } from '../../shared/ipc/library.ts';
import { unit } from '../../shared/ipc/wallet.ts';
import { amountIn } from '../amounts.ts';
import { backgroundNamed, recipeFrom, recipeInput } from '../applying/recipe-options.ts';
import { type RunOutcome, runApply } from '../applying/run.ts';
import { openOwnStudio } from '../applying/studio.ts';
import { defineCommand, seconds } from '../command.ts';
import { EXIT, type ExitCode, exitFor, failedBy } from '../outcome.ts';

const photoOutcome = z.object({
  name: z.string(),
  path: z.string(),
  /** made before: an earlier run paid for this very picture, so it cost nothing now. */
  state: z.enum(['applied', 'made before', 'not applied']),
  charged: z.string(),
  /** Patches of glass that were opened by themselves (`--glass auto`). */
  glass: z.int(),
  /** Null: not in the output folder; `problem` says why. */
  savedTo: z.string().nullable(),
  problem: problem.nullable(),
});

/** `backlot apply`: pays for, makes and saves pictures. */
export const apply = defineCommand({
  name: 'apply',
  moves: true,
  declare: (command) =>
    command
      .argument('<photos...>', 'photos and folders of photos; they are only read')
      .option('--background <name>', 'one of ours, transparent, or a picture file')
      .option('--colour <#rrggbb>', "the background's main colour")
      .option('--colour2 <#rrggbb>', 'its second colour')
      .option('--logo <file>', 'a logo on every photo')
      .option('--logo-position <place>', 'where it stands')
      .option('--logo-size <fraction>', "its width over the picture's, 0.02 to 1")
      .option('--placement <mode>', 'how the subject stands in the frame')
      .option('--shadow <kind>', 'under the subject')
      .option(
        '--keep-old-shadow',
        'leave the shadow that a photo of a car brings along; without it, it is removed where the wheels are found',
      )
      .option('--glass <auto>', 'auto: the new background shows through glass that is found; look at what comes of it')
      .option('--format <format>', 'of the finished files')
      .option('--quality <n>', '1 to 100, for jpeg and webp')
      .option('--long-edge <pixels>', 'longest side; without it full resolution')
      .option('--aspect <shape>', "the canvas' shape")
      .option('--no-metadata', 'leave EXIF out')
      .option('--partial', 'as many photos as the wallet pays for, instead of all or none')
      .option('--wait <seconds>', 'how long a network that goes away is waited for', '60')
      .option('--drop-unpaid', 'discard what earlier runs have made and not paid')
      .option('--again', 'make and pay for pictures again that are there already')
      .option('--fetch-model', 'fetch the model that finds the subject without asking, where it is not on this machine')
      .requiredOption('--out <folder>', 'where the finished pictures go; nothing there is overwritten'),
  input: recipeInput.extend({
    photos: z.array(z.string()).min(1),
    out: z.string().min(1),
    glass: z.literal('auto').optional(),
    partial: z.boolean().default(false),
    again: z.boolean().default(false),
    fetchModel: z.boolean().default(false),
    dropUnpaid: z.boolean().default(false),
    wait: seconds,
  }),
  output: z.object({
    unit,
    photos: z.array(photoOutcome),
    /** Files that are no photos or could not be read; none of them was charged. */
    problems: z.array(problem),
    summary: z.string(),
    charged: z.string(),
    available: z.string(),
  }),
  async run(session, { photos, out, glass, partial, again, dropUnpaid, fetchModel, wait, ...recipe }) {
    // A slip is said before anything is read.
    if (recipe.background !== undefined && backgroundNamed(recipe.background).kind === 'transparent') {
      const refusal = refusalOf(recipeFrom(recipe, { background: null, logo: recipe.logo ?? null }));
      if (refusal !== null) throw failedBy(recipeRefused(refusal));
    }
    const { requests } = await session.connect();
    const { accountId } = await requests.get(paths.wallet, wallet);
    const opened = await openOwnStudio(session, accountId);
    try {
      const outcome = await runApply(session, opened, {
        photos,
        out,
        glass: glass === 'auto',
        partial,
        again,
        dropUnpaid,
        fetchModel,
        recipe,
        waitMs: secondsLong(wait),
      });
      const { available, unit: of } = await requests.get(paths.wallet, wallet);
      const value = {
        ...outcome,
        photos: [...outcome.photos],
        problems: [...outcome.problems],
        summary: summaryOf(outcome),
        available,
        unit: of,
      };
      return { value, exit: session.interrupted.aborted ? EXIT.interrupted : exitOf(outcome) };
    } finally {
      session.screen.progress('closing …');
      await opened.close();
    }
  },
  render({ unit: of, photos, problems, summary, available }, look) {
    const files = photos.map(({ name, savedTo }) => (savedTo === null ? '' : `${name} → ${savedTo}\n`)).join('');
    const said = new Set<string>();
    const troubles = [...problems, ...photos.flatMap((photo) => photo.problem ?? [])].filter(
      ({ message }) => !summary.includes(message) && !said.has(message) && said.add(message),
    );
    return `${files}${troubles.map(({ message }) => `${look.warn(message)}\n`).join('')}${summary} ${amountIn(of, available)} left.\n`;
  },
});

function summaryOf({ photos, summary }: RunOutcome): string {
  const before = photos.filter(({ state }) => state === 'made before').length;
  if (before === 0) return summary ?? 'There was nothing to apply to. Nothing was charged.';
  const were = `${before === 1 ? '1 photo was' : `${before} photos were`} finished by an earlier run and not charged again.`;
  return summary === null ? were : `${summary} ${were}`;
}

/** 5 when some photos got their picture and others did not; else the reason's own code. */
function exitOf({ photos, problems }: RunOutcome): ExitCode {
  const troubles = [...problems, ...photos.flatMap(({ problem: each }) => each ?? [])];
  const [first] = troubles;
  if (first === undefined) return photos.length === 0 ? EXIT.failed : EXIT.done;
  return photos.some(({ state }) => state !== 'not applied') ? EXIT.partly : exitFor(first.code);
}
