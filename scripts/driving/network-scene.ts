/** Settings with Backlot's own network, a file that is refused, and a network of the user's own. In a cache of its own, so that this machine keeps its network. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { answerOpenDialog } from '../../test/e2e/studio.ts';
import { networkFindingCar } from '../../test/integration/darkroom/own-networks.ts';
import { standInModel } from '../../test/stand-in-model.ts';
import { openScene, type Scene, type Stage } from './scene.ts';

/** High enough for the whole page. */
const PAGE_HEIGHT = 1250;

/** A file that looks like a U2-Net and finds the car of the sample photo. */
async function networkFile(folder: string): Promise<string> {
  const path = join(folder, 'showroom-cars.onnx');
  writeFileSync(path, await networkFindingCar('U2-Net'));
  return path;
}

/** The pictures 27 to 29. */
export async function networkScene(set: Stage): Promise<void> {
  const standIn = standInModel();
  const stage = { ...set, display: { ...set.display, env: { ...set.display.env, ...standIn } } };
  const scene = await openScene(stage, 'network', await set.server.openAccount());
  try {
    await showNetworks(scene, await networkFile(set.folder), set.folder);
  } finally {
    await scene.close();
    rmSync(standIn.BACKLOT_CACHE, { recursive: true, force: true });
  }
}

async function showNetworks({ frame, page, running, shot, theme, height }: Scene, file: string, folder: string): Promise<void> {
  await height(PAGE_HEIGHT);
  await frame.goTo('Settings');
  await page.getByText('Backlot’s own, in').waitFor();
  await shot('27-settings-network');
  const letter = join(folder, 'letter.onnx');
  writeFileSync(letter, 'This is no network.');
  await answerOpenDialog(running.app, [letter]);
  await page.getByRole('button', { name: 'Choose file' }).click();
  await page.getByText('is not an ONNX file').waitFor();
  await shot('28-settings-network-refused');
  await answerOpenDialog(running.app, [file]);
  await page.getByRole('textbox', { name: 'Licence of the network' }).fill('Apache-2.0');
  await page.getByRole('button', { name: 'Choose file' }).click();
  await page.getByRole('main').getByText('Your own: U2-Net').waitFor();
  await shot('29-settings-own-network');
  await theme('light');
  await shot('29-settings-own-network-light');
}
