/** A backdrop to order: held at the estimate, charged what it was, saved as soon as it is drawn (PG-06, PG-07, GS-06). */

import { resolve } from 'node:path';
import { z } from 'zod';
import { type Generation, generation, paths, wallet } from '../../shared/api/index.ts';
import { amountIn, momentOf, type Zone } from '../amounts.ts';
import { defineCommand, seconds as duration, type Session } from '../command.ts';
import { ordered } from '../orders.ts';
import { CommandFailed, EXIT, failure } from '../outcome.ts';
import type { Requests } from '../requests.ts';
import { freeName, saveFile } from '../saving.ts';

const POLL_MS = 400;
/** For how long it is waited, in looks: an hour, as long as a picture is kept. */
const MOST_POLLS = 3_600_000 / POLL_MS;

/** `backlot generate`: orders a backdrop and waits for it. */
export const generate = defineCommand({
  name: 'generate',
  moves: true,
  declare: (command) =>
    command
      .requiredOption('--model <id>', 'which model draws; "backlot quote --model ID" tells what it costs')
      .requiredOption('--out <file>', 'where the picture goes; it is not overwritten')
      .option('--resolution <size>', 'how large', '1K')
      .option('--style <name>', 'what kind of backdrop')
      .option('--palette <colours>', 'one to six colours: #8a8d91,#ffffff')
      .option('--seed <n>', 'the same seed draws the same picture')
      .option('--prompt <text>', 'what it should be')
      .option('--seconds <n>', 'duration, where the model has one')
      .option('--complexity <level>', 'of the work'),
  input: z.object({
    model: z.string().min(1),
    out: z.string().min(1),
    resolution: z.string().min(1),
    style: z.string().min(1).optional(),
    palette: z
      .string()
      .transform((text) => text.split(','))
      .pipe(z.array(z.string().regex(/^#[0-9a-fA-F]{6}$/, 'Colours are written #rrggbb, with commas between them.')).max(6))
      .optional(),
    seed: z
      .string()
      .refine((text) => /^\d{1,10}$/.test(text) && Number(text) <= 4_294_967_295, 'A whole number from 0 to 4294967295.')
      .transform(Number)
      .optional(),
    prompt: z.string().max(2000).optional(),
    seconds: duration.optional(),
    complexity: z.enum(['low', 'medium', 'high']).optional(),
  }),
  output: generation.extend({ unit: wallet.shape.unit, savedTo: z.string().nullable() }),
  async run(session, { out, seconds, ...wanted }) {
    const { requests } = await session.connect();
    const { accountId, unit, asOf, timeZone } = await requests.get(paths.wallet, wallet);
    const request = { ...wanted, ...(seconds === undefined ? {} : { durationSeconds: seconds }) };
    const target = resolve(out);
    const done = await ordered(session, accountId, { order: 'generation', out: target, ...request }, async (opId, isTakenUp) => {
      if (!isTakenUp) freeName(out);
      const accepted = await requests.post(paths.generations, { opId, ...request }, generation, ({ id }) => id === opId);
      const finished = await untilFinished(session, requests, accepted);
      if (finished.resultUntil !== null && Date.parse(finished.resultUntil) <= Date.parse(asOf))
        throw noLongerKept(finished.resultUntil, timeZone);
      if (finished.status === 'done') {
        const picture = await requests.download(paths.generationResult(opId), out);
        await saveFile(target, [picture]).catch(notSaved);
      }
      return finished;
    });
    const isDone = done.status === 'done';
    return { value: { ...done, unit, savedTo: isDone ? target : null }, exit: isDone ? EXIT.done : EXIT.failed };
  },
  render({ unit, status, cost, balance, savedTo, error }, look) {
    if (status !== 'done')
      return `${look.warn(`It was not drawn: ${error ?? 'the drawing failed.'} ${chargedFor(unit, cost)}`)} ${amountIn(unit, balance)} available.\n`;
    return `${savedTo}\n${look.bold(amountIn(unit, cost ?? '0'))} used. ${amountIn(unit, balance)} available.\n`;
  },
});

/** PG-07: what the server says it cost; a drawing that failed costs nothing. */
const chargedFor = (unit: Parameters<typeof amountIn>[0], cost: string | null): string =>
  cost === null || !/[1-9]/.test(cost) ? 'Nothing was charged.' : `${amountIn(unit, cost)} used.`;

/** It was charged and can be fetched again; the order stays, so that the next run does. */
function notSaved(error: unknown): never {
  if (!(error instanceof CommandFailed)) throw error;
  const message = `The picture was drawn and charged, but ${error.problem.message} Run the same command again within the hour: it fetches the picture and is not charged twice.`;
  throw new CommandFailed(EXIT.partly, { code: error.problem.code, message });
}

/** PG-09: it completes without us. Ctrl-C only stops waiting. */
async function untilFinished({ screen, interrupted }: Session, requests: Requests, accepted: Generation): Promise<Generation> {
  let seen = accepted;
  for (let looks = 0; seen.status === 'queued' || seen.status === 'running'; looks += 1) {
    if (interrupted.aborted || looks >= MOST_POLLS) throw stillDrawing;
    screen.progress(seen.status === 'queued' ? 'waiting for its turn …' : 'drawing …');
    await new Promise((later) => setTimeout(later, POLL_MS));
    seen = await requests.get(paths.generation(accepted.id), generation);
  }
  return seen;
}

/** PG-09: one hour. The next run orders anew. */
const noLongerKept = (until: string, timeZone: Zone): CommandFailed =>
  failure(
    'gone',
    `The picture of this order was kept until ${momentOf(until, timeZone)}. It was charged then and is not charged again; a new run orders a new one.`,
  );

const stillDrawing = new CommandFailed(EXIT.interrupted, {
  code: 'interrupted',
  message:
    'Work that was accepted cannot be cancelled: it completes, is charged what it cost, and can be fetched for one hour. Run the same command again to fetch it; it is not charged twice.',
});
