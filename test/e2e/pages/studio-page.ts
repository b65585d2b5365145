/** The studio: gallery, canvas, panel and apply bar. */
import type { Locator, Page } from 'playwright';
import { hintLabels } from '../../../renderer/studio/gallery/states.ts';

export type PhotoWord =
  | 'original'
  | 'applied'
  | 'reported'
  | 'edited, not applied'
  | 'failed, not charged'
  | 'file not found'
  | 'cannot be read';

export interface StudioPage {
  readonly photos: Locator;
  photo(name: string): Locator;
  /** Clicks "Choose photos" or "Add photos"; the dialog has to be answered beforehand. */
  importByDialog(): Promise<void>;
  /** Waits until the gallery has so many photos. */
  has(count: number): Promise<void>;
  select(...names: readonly string[]): Promise<void>;
  selectAll(): Promise<void>;
  chooseBackground(label: string): Promise<void>;
  /** The dialog has to be answered beforehand. */
  addLogo(): Promise<void>;
  chooseLogo(label: string): Promise<void>;
  /** Waits until the canvas shows the cut-out on its background. */
  showsPreview(): Promise<void>;
  readonly bar: Locator;
  readonly applyButton: Locator;
  /** The quote's text, once it holds this ("3 photos"). */
  quote(containing: string | RegExp): Promise<string>;
  apply(): Promise<void>;
  /** Waits for the sentence at the end of a batch. */
  finished(timeoutMs?: number): Promise<string>;
  /** Waits until a photo is in this state. */
  photoIs(name: string, state: PhotoWord): Promise<void>;
  /** Waits until a photo's thumbnail says exactly this, and nothing more. */
  photoSays(name: string, words: string): Promise<void>;
  /** Opens the versions of the photo on the canvas, reads a line for each, and closes them. */
  versions(): Promise<readonly string[]>;
  /** Shows the version at this place of the list; the last one is the original. */
  showVersion(place: number): Promise<void>;
  openVersion(place: number, action: 'Open the file' | 'Show the file'): Promise<void>;
  revert(): Promise<void>;
  report(note: string): Promise<void>;
}

/** What a person reads there, on one line. */
const readable = async (locator: Locator): Promise<string> => (await locator.allInnerTexts()).join(' ').replaceAll(/\s+/g, ' ').trim();

export function studioPageOf(page: Page): StudioPage {
  const main = page.getByRole('main', { name: 'Studio' });
  const gallery = main.getByRole('listbox', { name: 'Photos' });
  const panel = main.getByRole('complementary', { name: 'Settings of the photo' });
  const bar = main.getByRole('region', { name: 'Apply', exact: true });
  const tools = main.getByRole('toolbar', { name: 'Canvas tools' });
  const photo = (name: string): Locator => gallery.getByRole('option', { name: new RegExp(`^${name.replaceAll('.', '\\.')},`) });
  const versions = page.getByRole('dialog', { name: /^Versions of / });
  const openVersions = async (): Promise<Locator> => {
    await tools.getByRole('button', { name: 'Versions' }).click();
    const rows = versions.getByRole('list').getByRole('listitem');
    await rows.first().waitFor();
    return rows;
  };
  const closeVersions = async (): Promise<void> => {
    await page.keyboard.press('Escape');
    await versions.waitFor({ state: 'hidden' });
  };
  const applyButton = bar.getByRole('button', { name: 'Apply changes' });
  return {
    photos: gallery.getByRole('option'),
    photo,
    async importByDialog() {
      const first = main.getByRole('button', { name: 'Choose photos' });
      await ((await first.isVisible()) ? first : page.getByRole('banner').getByRole('button', { name: 'Add photos' })).click();
    },
    async has(count) {
      await gallery.locator(`[role="option"][aria-setsize="${count}"]`).first().waitFor();
    },
    async select(first, ...others) {
      if (first !== undefined) await photo(first).click();
      for (const name of others) await photo(name).click({ modifiers: ['Control'] });
    },
    async selectAll() {
      await gallery.focus();
      await page.keyboard.press('Control+a');
    },
    async chooseBackground(label) {
      await panel.getByRole('radiogroup', { name: 'Background' }).getByRole('radio', { name: label }).click();
    },
    async addLogo() {
      await panel.getByRole('button', { name: 'Add logo' }).click();
      await panel.getByRole('radiogroup', { name: 'Position of the logo' }).waitFor();
    },
    async chooseLogo(label) {
      await panel.getByRole('radiogroup', { name: 'Logo', exact: true }).getByRole('radio', { name: label }).click();
    },
    async showsPreview() {
      await main.locator('[data-drawn="composed"]').waitFor({ timeout: 60_000 });
    },
    bar,
    applyButton,
    async quote(containing) {
      const line = bar.getByTestId('quote').filter({ hasText: containing });
      await line.waitFor();
      return readable(line);
    },
    async apply() {
      await bar.locator('button:enabled', { hasText: 'Apply changes' }).click();
    },
    async finished(timeoutMs = 120_000) {
      const sentence = bar.getByRole('status').filter({ hasText: /Applied to|Cancelled/ });
      await sentence.waitFor({ timeout: timeoutMs });
      const text = await readable(sentence);
      await bar.getByRole('button', { name: 'Done' }).click();
      return text;
    },
    async photoIs(name, state) {
      // "IMG_0001.jpg, applied, reported" is both.
      await gallery.getByRole('option', { name: new RegExp(`^${name.replaceAll('.', '\\.')}, (.*, )?${state}`) }).waitFor();
    },
    async photoSays(name, words) {
      // What is worth a look in its cut-out is said behind its state.
      const said = `${name}, ${words}`.replaceAll('.', '\\.');
      await gallery.getByRole('option', { name: new RegExp(`^${said}(, (${Object.values(hintLabels).join('|')}))?$`) }).waitFor();
    },
    async versions() {
      const rows = await openVersions();
      const lines = (await rows.allInnerTexts()).map((text) => text.replaceAll(/\s+/g, ' ').trim());
      await closeVersions();
      return lines;
    },
    async showVersion(place) {
      const row = (await openVersions()).nth(place);
      await row.getByRole('button', { name: /^Show (the version|the original)/ }).click();
      await row.getByText('Shown', { exact: true }).waitFor();
      await closeVersions();
    },
    async openVersion(place, action) {
      const row = (await openVersions()).nth(place);
      await row.getByRole('button', { name: action }).click();
      await closeVersions();
    },
    async revert() {
      await tools.getByRole('button', { name: 'Revert to the original, free' }).click();
    },
    async report(note) {
      await tools.getByRole('button', { name: 'Report a fault, free' }).click();
      const dialog = page.getByRole('dialog', { name: /^Report / });
      await dialog.getByLabel('What is wrong').fill(note);
      await dialog.getByRole('button', { name: 'Send report' }).click();
      await dialog.waitFor({ state: 'hidden' });
    },
  };
}
