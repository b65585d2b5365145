/**
 * Pictures of processing: the section without steps and what is not offered there, a chain with its preview on the canvas, runs that
 * wait their turn and one that ended, a crop with its handles, and one that does not fit.
 */
import { ask } from './bridge.ts';
import { openScene, type Stage } from './scene.ts';

/** @param folder with three photos or more */
export async function processingScene(set: Stage, folder: string): Promise<void> {
  const scene = await openScene(set, 'processing', await set.server.openAccountWith(100));
  const { page, studio, shot } = scene;
  await ask(page, 'library.importPaths', { paths: [folder] });
  const { photos } = await ask(page, 'library.snapshot', undefined);
  await studio.select(photos[0]?.name ?? '');
  const section = page.getByRole('region', { name: 'Process', exact: true });
  const preview = page.getByRole('region', { name: 'Processed preview' });
  for (const name of ['Background', 'Placement', 'Logo'] as const)
    await page.getByRole('region', { name, exact: true }).getByRole('button', { name }).first().click();
  await section.getByRole('button', { name: 'Process' }).click();
  await section.getByText(/^A logo is placed with Apply changes/).waitFor();
  await shot('70-process-empty');
  const add = async (name: string): Promise<void> => {
    await section.getByRole('button', { name: 'Add a step' }).click();
    await page.getByRole('menuitem', { name, exact: true }).click();
    await section.getByRole('listitem').filter({ hasText: name }).waitFor();
  };
  await add('Fit into a frame');
  await add('Contrast');
  await add('Convert the format');
  await add('Sharpen');
  await preview.getByText(/WebP$/).waitFor();
  await shot('71-process-preview');
  await studio.selectAll();
  const takeOut = section.getByRole('button', { name: /^Export \d+ processed photos$/ });
  const runs = section.getByRole('list', { name: 'Runs' }).getByRole('listitem');
  for (const pressed of [1, 2, 3]) {
    await takeOut.click();
    await runs.nth(pressed - 1).waitFor();
  }
  await runs.getByText('Waits its turn, 2 before it').waitFor();
  await runs.first().scrollIntoViewIfNeeded();
  await shot('72-process-queue');
  const sentences = section.getByText(/^Processed \d+ photos into /);
  await sentences.nth(2).waitFor();
  for (const _ of [1, 2]) await runs.first().getByRole('button', { name: 'Done' }).click();
  await sentences.first().scrollIntoViewIfNeeded();
  await shot('72-process-finished');
  await add('Crop');
  await preview.getByRole('group', { name: 'Crop' }).waitFor();
  await shot('73-process-crop');
  await section.getByRole('button', { name: /^Step 1 of 5: Fit/ }).click();
  const width = section.getByRole('textbox', { name: 'Width' });
  const framed = await width.inputValue();
  await width.fill('40');
  await width.press('Enter');
  await preview.getByText(/^The crop reaches outside/).waitFor();
  await shot('74-process-outside');
  await width.fill(framed);
  await width.press('Enter');
  await section.getByRole('button', { name: 'Remove Crop' }).click();
  await preview.getByText(/WebP$/).waitFor();
  for (const theme of ['light', 'contrast'] as const) {
    await scene.theme(theme);
    await shot(`75-process-${theme}`);
  }
  await scene.close();
}
