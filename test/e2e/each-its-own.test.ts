/**
 * Every photo keeps its own settings and pays for its own picture: in the real app, by pointer, by keys and by its menus. The steps
 * build on each other and run in order.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, onlineWallet, until } from '../../scripts/driving/bridge.ts';
import type { RunningApp } from '../../scripts/driving/launch.ts';
import { defaultRecipe, type Recipe } from '../../shared/edit/recipe.ts';
import type { Photo } from '../../shared/ipc/library.ts';
import { type CompanyServer, startCompanyServer } from './company-server.ts';
import { type Frame, frameOf } from './pages/frame.ts';
import { type StudioPage, studioPageOf } from './pages/studio-page.ts';
import { makeRoom, pictureFailures, type Room, startStudio, writePhotos } from './studio.ts';

const names = ['IMG_0001.jpg', 'IMG_0002.jpg', 'IMG_0003.jpg'] as const;
const own: readonly Recipe[] = [
  { ...defaultRecipe, background: { kind: 'built-in', id: 'showroom' } },
  { ...defaultRecipe, background: { kind: 'built-in', id: 'paper' }, placement: { ...defaultRecipe.placement, scale: 1.08 } },
  { ...defaultRecipe, background: { kind: 'built-in', id: 'concrete', colour: '#8899aa' } },
];

let room: Room;
let server: CompanyServer;
let running: RunningApp;
let frame: Frame;
let studio: StudioPage;

pictureFailures(() => running);

beforeAll(async () => {
  room = makeRoom('each-its-own');
  const [started, paths] = await Promise.all([startCompanyServer(room.path('server')), writePhotos(room.path('photos'), 3)]);
  server = started;
  const account = await server.openAccount();
  running = await startStudio(room, { env: { BACKLOT_SERVER_URL: server.url, BACKLOT_TOKEN: account.token } });
  frame = frameOf(running.page);
  studio = studioPageOf(running.page);
  await onlineWallet(running.page);
  const { imported } = await ask(running.page, 'library.importPaths', { paths: [...paths] });
  for (const [index, photoId] of imported.entries()) {
    await ask(running.page, 'library.saveRecipe', { photoIds: [photoId], recipe: own[index] ?? defaultRecipe });
  }
  await studio.has(3);
  await frame.showsBalance(1000);
});
afterAll(async () => {
  await running?.quit();
  await server?.stop();
  room?.remove();
});

const saved = async (): Promise<readonly Photo[]> => (await ask(running.page, 'library.snapshot', undefined)).photos;
const recipes = async (): Promise<readonly (Recipe | null)[]> => (await saved()).map(({ recipe }) => recipe);
const patiently = { timeout: 30_000 };
/** Waits until what is shown has been saved. */
const saveAs = (expected: readonly Recipe[]): Promise<unknown> => expect.poll(recipes, patiently).toEqual(expected);
const panel = () => running.page.getByRole('complementary', { name: 'Settings of the photo' });
const slider = (label: string) => panel().getByRole('slider', { name: `${label} slider` });
const moved = (recipe: Recipe, offsetX: number): Recipe => ({ ...recipe, placement: { ...recipe.placement, offsetX } });

/** Presses an item of the application menu, as the system does. */
async function pressMenu(menu: string, item: string): Promise<void> {
  await running.app.evaluate(
    ({ Menu }, [top, label]) => {
      const found = Menu.getApplicationMenu()
        ?.items.find((each) => each.label.replace('&', '') === top)
        ?.submenu?.items.find((each) => each.label === label);
      if (found === undefined) throw new Error(`There is no ${label} in ${top}.`);
      found.click();
    },
    [menu, item] as const,
  );
}

describe('settings', () => {
  test('passing through the whole panel by Tab, and back, changes no photo', async () => {
    await studio.select(...names);
    await studio.quote('3 photos');
    await panel().getByRole('button', { name: 'Copy settings' }).focus();
    for (const key of ['Tab', 'Shift+Tab']) {
      for (let step = 0; step < 45; step += 1) await running.page.keyboard.press(key);
    }
    expect(await running.page.getByRole('button', { name: 'Undo', exact: true }).first().isDisabled()).toBe(true);
    expect(await recipes()).toEqual(own);
  });

  test('a control says where the photos differ, and changes its own setting on all of them', async () => {
    await studio.select(...names);
    await expect
      .poll(() => panel().getByRole('radiogroup', { name: 'Background' }).getByRole('radio', { checked: true }).count(), patiently)
      .toBe(0);
    expect(await panel().getByRole('textbox', { name: 'Size', exact: true }).getAttribute('placeholder')).toBe('mixed');
    await slider('Across').focus();
    await running.page.keyboard.press('ArrowRight');
    await saveAs(own.map((recipe) => moved(recipe, 0.005)));
  });

  test('one undo brings every photo its own back, whatever key is let go after it, and redo stays', async () => {
    await running.page.keyboard.press('Control+z');
    await saveAs(own);
    await running.page.keyboard.press('Shift');
    await running.page.keyboard.press('Tab');
    expect(await recipes()).toEqual(own);
    // Tab went into the number beside it, whose keys are its own.
    await slider('Down').focus();
    await running.page.keyboard.press('Control+y');
    await saveAs(own.map((recipe) => moved(recipe, 0.005)));
    await running.page.keyboard.press('Control+z');
    await saveAs(own);
  });

  test('Edit > Undo and Redo in the menu are the studio’s, and in a text field its own', async () => {
    await slider('Down').focus();
    await running.page.keyboard.press('ArrowRight');
    const down = own.map((recipe) => ({ ...recipe, placement: { ...recipe.placement, offsetY: 0.005 } }));
    await saveAs(down);
    await pressMenu('Edit', 'Undo');
    await saveAs(own);
    await pressMenu('Edit', 'Redo');
    await saveAs(down);
    const field = panel().getByRole('textbox', { name: 'Across', exact: true });
    await field.click();
    await running.page.keyboard.type('7');
    await pressMenu('Edit', 'Undo');
    await expect.poll(() => field.inputValue(), patiently).not.toBe('7');
    await running.page.keyboard.press('Escape');
    expect(await recipes()).toEqual(down);
    await slider('Down').focus();
    await pressMenu('Edit', 'Undo');
    await saveAs(own);
  });

  test('what is half typed goes to the photos that it was typed for', async () => {
    await studio.select('IMG_0001.jpg');
    await panel().getByRole('textbox', { name: 'Across', exact: true }).fill('10');
    await studio.select('IMG_0002.jpg');
    await saveAs(own.map((recipe, index) => (index === 0 ? moved(recipe, 0.1) : recipe)));
    await pressMenu('Edit', 'Undo');
    await saveAs(own);
  });
});

describe('Apply', () => {
  test('by the right button goes to three photos with three recipes: each gets its own', async () => {
    await studio.select(...names);
    await studio.quote('3 photos');
    await studio.photo('IMG_0002.jpg').click({ button: 'right' });
    await running.page.getByRole('menuitem', { name: 'Apply to 3 photos' }).click();
    expect(await studio.finished()).toMatch(/^Applied to 3 photos\. 3 credits used\./);
    expect(await recipes()).toEqual(own);
    const made = await Promise.all((await saved()).map(({ id }) => ask(running.page, 'library.versions', { photoId: id })));
    expect(made.map((versions) => versions.map(({ recipe }) => recipe))).toEqual(own.map((recipe) => [recipe]));
    const files = made.map(([version]) =>
      createHash('sha256')
        .update(readFileSync(version?.savedTo ?? ''))
        .digest('hex'),
    );
    expect(new Set(files).size).toBe(3);
    await frame.showsBalance(997);
  });

  test('Enter three times pays once, and says that there is nothing to apply', async () => {
    await studio.select('IMG_0001.jpg');
    await studio.chooseBackground('Brand colour');
    await studio.quote('1 photo');
    await running.page.keyboard.press('Enter');
    await studio.bar.getByRole('button', { name: 'Done' }).waitFor({ timeout: 60_000 });
    await running.page.keyboard.press('Enter');
    await studio.quote('Nothing to apply');
    await running.page.keyboard.press('Enter');
    expect(await studio.applyButton.isDisabled()).toBe(true);
    await frame.showsBalance(996);
    const [first] = await saved();
    expect(await ask(running.page, 'library.versions', { photoId: first?.id ?? '' })).toHaveLength(2);
  });

  test('names what is new among the selected, and leaves out the rest', async () => {
    await studio.select('IMG_0002.jpg');
    await studio.chooseBackground('Gradient');
    await studio.select(...names);
    expect(await studio.quote('1 of 3 photos')).toMatch(/1 credit/);
    await studio.bar.getByText('1 of 3 is new; 2 already show their finished picture and are left out.').waitFor();
    await studio.apply();
    expect(await studio.finished()).toMatch(/^Applied to 1 photo\. 1 credit used\./);
    await frame.showsBalance(995);
  });

  test('ST-04: after a revert the same picture is shown again for nothing', async () => {
    await studio.select('IMG_0003.jpg');
    await studio.revert();
    await studio.photoIs('IMG_0003.jpg', 'original');
    await running.page.getByRole('button', { name: 'Restore settings' }).click();
    expect(await studio.quote('1 photo')).toMatch(/free/);
    await studio.apply();
    await studio.bar.getByText(/IMG_0003\.jpg shows its finished picture again\..*nothing was charged/).waitFor();
    await studio.bar.getByRole('button', { name: 'Done' }).click();
    await studio.photoSays('IMG_0003.jpg', 'applied');
    await frame.showsBalance(995);
  });

  test('again is an act of its own: asked first, with its price, and Enter says no', async () => {
    await studio.select('IMG_0003.jpg');
    await studio.quote('Nothing to apply');
    await studio.bar.getByRole('button', { name: 'Apply again…' }).click();
    const dialog = running.page.getByRole('dialog', { name: 'Apply again to IMG_0003.jpg?' });
    await dialog.getByRole('button', { name: 'Apply again · 1 credit' }).waitFor();
    await running.page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'hidden' });
    await frame.showsBalance(995);
    await pressMenu('Photo', 'Apply again…');
    await dialog.getByRole('button', { name: 'Apply again · 1 credit' }).click();
    expect(await studio.finished()).toMatch(/^Applied to 1 photo\. 1 credit used\./);
    await frame.showsBalance(994);
  });

  test('a photo without a background is left out and named; it gets settings only when that is asked for', async () => {
    const { imported } = await ask(running.page, 'library.importPaths', { paths: [...(await writePhotos(room.path('more'), 1, 'NEW_'))] });
    await studio.has(4);
    await studio.select('IMG_0002.jpg');
    await studio.chooseBackground('Concrete');
    await studio.select('IMG_0002.jpg', 'NEW_0001.jpg');
    await studio.quote('1 of 2 photos');
    await studio.bar.getByText('1 photo has no background and is left out.').waitFor();
    await studio.bar.getByRole('button', { name: 'Give these settings to all 2' }).click();
    await studio.quote('2 photos');
    const newRecipe = async () => (await saved()).find(({ id }) => id === imported[0])?.recipe?.background;
    await expect.poll(newRecipe, patiently).toEqual({ kind: 'built-in', id: 'concrete' });
    await pressMenu('Edit', 'Undo');
    await studio.quote('1 of 2 photos');
    await until(running.page, 'library.snapshot', undefined, ({ photos }) =>
      photos.some(({ id, recipe }) => id === imported[0] && recipe?.background == null),
    );
    await frame.showsBalance(994);
  });
});
