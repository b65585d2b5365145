/** Apply changes to one photo: what it costs stands there before, what fails after it was held comes back, and what it did cost stands there after. */
import { join } from 'node:path';
import { expect } from 'vitest';
import { ask } from '../../../scripts/driving/bridge.ts';
import type { RunningApp } from '../../../scripts/driving/launch.ts';
import { fillDisk } from '../full-disk.ts';
import { type Room, writePhotos } from '../studio.ts';
import { frameOf } from './frame.ts';
import { policyStepsOf } from './policy-steps.ts';
import { studioPageOf } from './studio-page.ts';

/** What a photo comes to, in the words and the unit of a policy. */
export interface PaidPhoto {
  /** The balance before, as the header says it. */
  readonly before: string;
  /** What the bar says of the photo before it is applied. */
  readonly quote: RegExp;
  readonly used: string;
  readonly after: string;
  /** In the usage: how often it was charged, and how often given back. */
  readonly usage: RegExp;
}

/** In a studio without photos. */
export async function payForAPhoto({ page }: RunningApp, room: Room, { before, quote, used, after, usage }: PaidPhoto): Promise<void> {
  const frame = frameOf(page);
  const studio = studioPageOf(page);
  const shows = (balance: string): Promise<void> =>
    frame.header.getByRole('button', { name: `Balance: ${balance}. Show by bucket.`, exact: true }).waitFor();
  const said = async (...words: readonly string[]): Promise<void> => {
    const sentence = await studio.finished();
    for (const word of words) expect(sentence).toContain(word);
  };
  await frame.goTo('Studio');
  await shows(before);
  await writePhotos(room.path('photos'), 1);
  await ask(page, 'library.importPaths', { paths: [room.path('photos')] });
  await studio.has(1);
  await studio.select('IMG_0001.jpg');
  await studio.chooseBackground('Brand colour');
  expect(await studio.quote('1 photo')).toMatch(quote);

  // No room for the result: it was held and rendered before that shows.
  const disk = fillDisk(join(room.dataFolder, 'results'));
  await studio.apply();
  await said('Applied to 0 of 1 photo.', 'IMG_0001.jpg', 'not charged');
  await shows(before);
  disk.free();
  await studio.apply();
  await said(used);
  await shows(after);

  const history = async () => (await ask(page, 'wallet.history', { beforeSeq: null, limit: 2, kinds: null })).lines;
  await expect
    .poll(async () => (await history()).map(({ kind, photoId }) => [kind, photoId !== null]))
    .toEqual([
      ['settled', true],
      ['released', true],
    ]);
  await policyStepsOf(page).usageSays('Apply changes', usage);
}
