/** The frame around every place: the rail, the balance, the connection, toasts. */
import type { Locator, Page } from 'playwright';

export type PlaceName = 'Studio' | 'Wallet' | 'Usage' | 'Plans' | 'History' | 'Invoices' | 'Reports' | 'Settings';

export interface Frame {
  readonly header: Locator;
  /** Goes to a place by the rail and waits until it is there. */
  goTo(place: PlaceName): Promise<void>;
  buyMore(): Promise<void>;
  /** The number in the header ("997"). */
  balance(): Promise<string>;
  /** Waits until the header shows this many credits. */
  showsBalance(credits: number): Promise<void>;
  /** Waits until the header says so. */
  says(state: 'online' | 'offline'): Promise<void>;
  /** Opens the popover of the balance, reads a line for each bucket, and closes it. */
  buckets(): Promise<Readonly<Record<string, string>>>;
  toast(text: string | RegExp): Locator;
}

export function frameOf(page: Page): Frame {
  const header = page.getByRole('banner');
  const pill = header.getByRole('button', { name: /^Balance: / });
  return {
    header,
    async goTo(place) {
      await page.getByRole('navigation', { name: 'Places' }).getByRole('button', { name: place, exact: true }).click();
      await page.getByRole('main', { name: place }).waitFor();
    },
    async buyMore() {
      // Where an amount is bought instead of a pack, it is called so.
      const name = /^(Buy more|Top up)$/;
      await header.getByRole('button', { name }).click();
      await page.getByRole('main', { name }).waitFor();
    },
    async balance() {
      const name = await pill.getAttribute('aria-label');
      return /^Balance: ([\d,.\s]+) /.exec(name ?? '')?.[1] ?? '';
    },
    async showsBalance(credits) {
      const text = new Intl.NumberFormat('en-GB').format(credits);
      await header.getByRole('button', { name: new RegExp(`^Balance: ${text.replaceAll('.', '\\.')} credits?\\.`) }).waitFor();
    },
    async says(state) {
      await header.getByRole('button', { name: `Connection: ${state}. Check now.` }).waitFor();
    },
    async buckets() {
      await pill.click();
      const popover = page.getByRole('dialog', { name: 'Balance by bucket' });
      const lines = await popover.getByRole('listitem').allInnerTexts();
      await page.keyboard.press('Escape');
      await popover.waitFor({ state: 'hidden' });
      return Object.fromEntries(
        lines.map((line) => {
          const [label = '', ...rest] = line.split('\n').map((part) => part.trim());
          return [label.replace(/used next$/, ''), rest.find((part) => /^[\d,.]+$/.test(part)) ?? ''];
        }),
      );
    },
    toast: (text) => page.getByRole('region', { name: /Notifications/ }).getByText(text),
  };
}
