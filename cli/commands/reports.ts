/** What was reported, how each report stands, and the corrected pictures that came back. */
import { z } from 'zod';
import { paths, type Report, report, reportDesk, wallet } from '../../shared/api/index.ts';
import { problem } from '../../shared/ipc/library.ts';
import { amountIn, minuteOf } from '../amounts.ts';
import { defineCommand, type Session } from '../command.ts';
import { EXIT, type ExitCode, exitFor, failure, usageError } from '../outcome.ts';
import { type Corrected, fetchCorrected } from '../reporting/corrected.ts';
import { FREE, usuallyText } from '../reporting/sentences.ts';
import type { Requests } from '../requests.ts';

const corrected = z.object({
  report: z.string(),
  resultOpId: z.string(),
  /** Of the correction, an operation of 0 credits. */
  opId: z.string(),
  /** there already: the very picture lies there from before. */
  state: z.enum(['downloaded', 'there already', 'not downloaded']),
  path: z.string().nullable(),
  problem: problem.nullable(),
});

/** `backlot reports`: the list, and with `--download` the corrected pictures. */
export const reports = defineCommand({
  name: 'reports',
  moves: true,
  declare: (command) =>
    command
      .option('--download', 'save the corrected pictures beside the first ones; nothing is overwritten, and each is fetched once')
      .option('--out <folder>', 'with --download: where to instead')
      .option('--withdraw-consent', 'delete everything that was sent with reports, and the corrected pictures, from the server')
      .option('--yes', 'with --withdraw-consent: without being asked'),
  input: z.object({
    download: z.boolean().default(false),
    out: z.string().min(1).optional(),
    withdrawConsent: z.boolean().default(false),
    yes: z.boolean().default(false),
  }),
  output: z.object({
    unit: wallet.shape.unit,
    timeZone: wallet.shape.timeZone,
    reports: z.array(report),
    /** From real answers; null: too few to say. */
    usuallyWithinHours: z.int().nullable(),
    /** Empty without `--download`. */
    corrected: z.array(corrected),
    /** Whether pictures may be sent. */
    consent: z.boolean(),
  }),
  async run(session, { download, out, withdrawConsent, yes }) {
    if (out !== undefined && !download) throw usageError(`--out says where --download saves to. ${FREE}`);
    if (withdrawConsent && download) throw usageError(`Download first, then withdraw: both at once is not done. ${FREE}`);
    const { requests, transport } = await session.connect();
    const { accountId, unit, timeZone } = await requests.get(paths.wallet, wallet);
    if (withdrawConsent) await withdraw(session, requests, yes);
    const desk = await requests.get(paths.reportDesk, reportDesk);
    const all = await requests.get(paths.reports, z.array(report));
    const came = download ? await fetchCorrected(session, all, { accountId, transport: transport(), out: out ?? null }) : [];
    const { consent, usuallyWithinHours } = desk;
    return { value: { unit, timeZone, reports: all, usuallyWithinHours, corrected: came, consent: consent.given }, exit: exitOf(came) };
  },
  render({ unit, timeZone, reports: all, usuallyWithinHours, corrected: came }, look) {
    if (all.length === 0) return `Nothing was reported yet. ${FREE}\n`;
    const lines = all.flatMap((one) => [
      `${look.bold(one.photos.map(({ photo }) => photo).join(', '))}  ${stateText(one)}  ${minuteOf(one.at, timeZone)}  ${look.dim(one.id)}`,
      `  ${one.note}`,
      ...(one.answer === null || one.answer === '' ? [] : [`  Answer: ${one.answer}`]),
      ...(one.grantedBack === null ? [] : [`  ${amountIn(unit, one.grantedBack)} came back.`]),
    ]);
    const files = came.map(({ path, state, problem: trouble }) =>
      path === null ? look.warn(trouble?.message ?? state) : state === 'downloaded' ? `→ ${path}` : `→ ${path} (there already)`,
    );
    const waiting = all.some(({ state }) => state === 'open' || state === 'in_progress') ? usuallyText(usuallyWithinHours).trim() : '';
    return `${[...lines, ...files, [waiting, `Corrected pictures are free as well. ${FREE}`].filter((text) => text !== '').join(' ')].join('\n')}\n`;
  },
});

function stateText({ state, verdict, photos }: Report): string {
  switch (state) {
    case 'open':
      return 'waits for an answer';
    case 'in_progress':
      return 'a retoucher has it';
    case 'corrected':
      if (verdict !== null) return verdict === 'kept' ? 'corrected, and kept' : 'corrected, and reported again';
      return photos.some(({ correction }) => correction !== null) ? 'corrected' : 'answered';
    case 'declined':
      return 'declined';
    case 'withdrawn':
      return 'withdrawn';
  }
}

async function withdraw({ screen }: Session, requests: Requests, yes: boolean): Promise<void> {
  const question =
    'Everything that was sent with reports, and every corrected picture, is deleted from the server; open reports stay, in words. Download first what you want to keep.';
  if (!yes && !screen.asks) throw usageError(`${question} Say so with --yes. Nothing was deleted. ${FREE}`);
  if (!yes && !(await screen.confirm(`${question} Delete it?`))) throw failure('not_agreed', `Nothing was deleted. ${FREE}`);
  await requests.put(paths.reportConsent, undefined, reportDesk);
  screen.note(`The consent is withdrawn, and what was sent is deleted from the server. ${FREE}`);
}

/** 5 when some pictures came and others did not; else the reason's own code. */
function exitOf(came: readonly Corrected[]): ExitCode {
  const missing = came.filter(({ state }) => state === 'not downloaded');
  const [first] = missing;
  if (first === undefined) return EXIT.done;
  if (first.problem?.code === 'interrupted') return EXIT.interrupted;
  return missing.length < came.length ? EXIT.partly : exitFor(first.problem?.code ?? '');
}
