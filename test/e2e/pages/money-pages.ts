/** Wallet, Buy more, Invoices and History. */
import type { Locator, Page } from 'playwright';

export interface MoneyPages {
  /** The wallet page's lines: label to amount. */
  buckets(): Promise<Readonly<Record<string, string>>>;
  readonly packs: Locator;
  /** On "Buy more": chooses the pack with so many credits and buys it. */
  buy(credits: string): Promise<void>;
  /** On "Invoices": the numbers, newest first. */
  invoiceNumbers(): Promise<readonly string[]>;
  saveInvoice(number: string): Promise<void>;
  /** On "History": each line's text. */
  historyLines(): Promise<readonly string[]>;
  /** Opens the line with this text and reads the entries behind it. */
  historyEntries(text: string | RegExp): Promise<readonly string[]>;
}

export function moneyPagesOf(page: Page): MoneyPages {
  const lines = (): Locator => page.getByRole('main', { name: 'History' }).locator('li, tbody tr');
  return {
    async buckets() {
      const rows = page.getByRole('list', { name: 'Buckets in the order they are used' }).locator(':scope > li');
      await rows.first().waitFor();
      const texts = await rows.allInnerTexts();
      return Object.fromEntries(
        texts.map((text) => {
          const [label = '', ...rest] = text.split('\n').map((part) => part.trim());
          return [label.replace(/used next$/, ''), rest.findLast((part) => /^[\d,.]+$/.test(part)) ?? ''];
        }),
      );
    },
    packs: page.getByRole('radiogroup', { name: 'Packs' }).getByRole('radio'),
    async buy(credits) {
      await page
        .getByRole('radiogroup', { name: 'Packs' })
        .getByRole('radio', { name: new RegExp(`^${credits} credits for`) })
        .click();
      await page.getByRole('button', { name: new RegExp(`^Buy ${credits} credits`) }).click();
      await page.getByRole('heading', { name: `${credits} credits added` }).waitFor();
    },
    async invoiceNumbers() {
      const rows = page.getByRole('table', { name: 'Invoices' }).locator('tbody tr');
      await rows.first().waitFor();
      return rows.locator('td:first-child').allInnerTexts();
    },
    saveInvoice: (number) => page.getByRole('button', { name: `Save invoice ${number}` }).click(),
    async historyLines() {
      await lines().first().waitFor();
      return (await lines().allInnerTexts()).map((text) => text.replaceAll(/\s+/g, ' '));
    },
    async historyEntries(text) {
      const line = lines().filter({ hasText: text }).first();
      await line.getByRole('button').click();
      const entries = line.getByRole('list', { name: 'Entries' }).getByRole('listitem');
      await entries.first().waitFor();
      return (await entries.allInnerTexts()).map((one) => one.replaceAll(/\s+/g, ' '));
    },
  };
}
