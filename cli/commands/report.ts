/** A faulty picture, reported with the picture itself: free, as often as needed, and answered by a retoucher. */
import { join } from 'node:path';
import { z } from 'zod';
import {
  area,
  MOST_PHOTOS_OF_A_REPORT,
  paths,
  report as reportAnswer,
  reportDesk,
  reportRequest,
  uploadRole,
  wallet,
} from '../../shared/api/index.ts';
import type { AccountId, OpId } from '../../shared/credits/model/quantities.ts';
import { defineCommand, type Session } from '../command.ts';
import { type OrderKind, ordered } from '../orders.ts';
import { usageError } from '../outcome.ts';
import { accountFolder } from '../places.ts';
import { haveConsent } from '../reporting/consent.ts';
import { type FinishedPicture, finishedPictures } from '../reporting/finished-pictures.ts';
import { type SentFile, sendPicture } from '../reporting/sending.ts';
import { FREE, reportUnknown, TAKEN_UP, usuallyText } from '../reporting/sentences.ts';
import { keepWhereabouts } from '../reporting/whereabouts.ts';

const KIND: OrderKind = { folder: 'reports', takenUp: TAKEN_UP, unknown: reportUnknown };

const fractions = z
  .string()
  .regex(
    /^(0|1|0?\.\d+|1\.0+|0\.\d+)(,(0|1|0?\.\d+|1\.0+|0\.\d+)){3}$/,
    'Four fractions of the picture from 0 to 1: left,top,width,height.',
  )
  .transform((text) => {
    const [x = 0, y = 0, width = 0, height = 0] = text.split(',').map(Number);
    return { x, y, width, height };
  })
  .pipe(area)
  .refine(
    ({ x, y, width, height }) => width > 0 && height > 0 && x + width <= 1 && y + height <= 1,
    'The area has to lie inside the picture.',
  );

/** `backlot report`: sends the pictures, with consent, and the report. */
export const report = defineCommand({
  name: 'report',
  moves: true,
  declare: (command) =>
    command
      .argument(
        '<files...>',
        `finished pictures of this account, up to ${MOST_PHOTOS_OF_A_REPORT} with the same fault; a corrected one, too`,
      )
      .requiredOption('--note <text>', 'what is wrong')
      .option('--area <x,y,w,h>', 'where, in fractions of the picture from its upper left corner; without it the whole picture')
      .option('--without-pictures', 'send the words alone')
      .option('--agree', 'agree that pictures are sent, without being asked'),
  input: z.object({
    files: z.array(z.string()).min(1).max(MOST_PHOTOS_OF_A_REPORT, `${MOST_PHOTOS_OF_A_REPORT} pictures at most are in one report.`),
    note: reportRequest.shape.note,
    area: fractions.optional(),
    withoutPictures: z.boolean().default(false),
    agree: z.boolean().default(false),
  }),
  output: z.object({
    report: reportAnswer,
    pictures: z.array(z.object({ path: z.string(), resultOpId: z.string(), sent: z.array(uploadRole) })),
    /** From real answers; null: too few to say. */
    usuallyWithinHours: z.int().nullable(),
  }),
  async run(session, { files, note, area: marked, withoutPictures, agree }) {
    if (marked !== undefined && files.length > 1) throw usageError(`--area marks a place of one picture: report it by itself. ${FREE}`);
    const { requests } = await session.connect();
    const { accountId } = await requests.get(paths.wallet, wallet);
    const pictures = await finishedPictures(session, accountId, files, await requests.get(paths.reports, z.array(reportAnswer)));
    const follows = followedBy(pictures);
    const desk = await requests.get(paths.reportDesk, reportDesk);
    if (!withoutPictures) await haveConsent(session, requests, desk, agree);
    const what = { order: 'report', results: pictures.map(({ resultOpId }) => resultOpId), note, area: marked ?? null, withoutPictures };
    const made = await ordered(
      session,
      accountId,
      what,
      async (opId) => {
        const photos: ReportedPhoto[] = [];
        for (const picture of pictures) {
          keepWhereabouts(session, accountId, picture.resultOpId, picture.path);
          const sent = withoutPictures ? [] : await sendFor(session, { accountId, opId, picture, takes: desk.terms.takes });
          photos.push({ picture, sent });
        }
        const [first, ...others] = photos.map((photo) => photoOf(photo, marked ?? null));
        const body = { opId, ...first, note, ...(others.length > 0 && { others }), ...(follows !== null && { follows }) };
        const answered = await requests.post(paths.reports, body, reportAnswer, (answer) => answer.opId === opId);
        return { answered, photos };
      },
      KIND,
    );
    const value = {
      report: made.answered,
      pictures: made.photos.map(({ picture: { path, resultOpId }, sent }) => ({ path, resultOpId, sent: sent.map(({ role }) => role) })),
      usuallyWithinHours: desk.usuallyWithinHours,
    };
    return { value };
  },
  render({ report: made, pictures, usuallyWithinHours }) {
    const names = made.photos.map(({ photo }) => photo).join(', ');
    const along = pictures.some(({ sent }) => sent.length > 0) ? 'with its pictures' : 'in words';
    return `Reported ${names} ${along}: ${made.id}.${usuallyText(usuallyWithinHours)} "backlot reports --download" fetches what comes back, free as well. ${FREE}\n`;
  },
});

interface ReportedPhoto {
  readonly picture: FinishedPicture;
  readonly sent: readonly SentFile[];
}

const photoOf = ({ picture: { photoName, resultOpId }, sent }: ReportedPhoto, marked: z.infer<typeof area> | null) => ({
  photo: photoName,
  resultOpId,
  area: marked,
  ...(sent.length > 0 && { uploads: sent.map(({ id }) => id) }),
});

/** The report whose corrections these are. */
function followedBy(pictures: readonly FinishedPicture[]): string | null {
  const followed = new Set(pictures.flatMap(({ follows }) => follows ?? []));
  if (followed.size > 1)
    throw usageError(`These are corrections of different reports: report them one after the other. Nothing was sent. ${FREE}`);
  return [...followed][0] ?? null;
}

interface PictureToSend {
  readonly accountId: AccountId;
  readonly opId: OpId;
  readonly picture: FinishedPicture;
  readonly takes: Parameters<typeof sendPicture>[2]['takes'];
}

async function sendFor(session: Session, { accountId, opId, picture, takes }: PictureToSend): Promise<SentFile[]> {
  const folder = join(accountFolder(session.dataFolder, accountId), 'reports', 'copies');
  return sendPicture(session, picture, { folder, transport: (await session.connect()).transport(), reportOpId: opId, takes });
}
