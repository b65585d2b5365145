/** What is done on the money pages under every policy: more is got, a plan changed, a purchase given back, and all of it read again. */
import type { Locator, Page } from 'playwright';
import { expect } from 'vitest';
import { frameOf } from './frame.ts';

export interface PolicySteps {
  /** The rows of a table that hold the text. */
  row(table: string, text: string | RegExp): Locator;
  /** Where there are several ways to pay. */
  payByInvoice(): Promise<void>;
  /** On the page for getting more: takes what is proposed and goes on. */
  buyProposed(button: RegExp, way?: 'the only way' | 'by invoice'): Promise<void>;
  /** AS-08: what the work came to stands in the usage, and the failed one beside it. */
  usageSays(item: string, cells: RegExp): Promise<void>;
  /** Presses a plan's button, reads what it would come to, confirms it, and waits for what stands there then. */
  changePlan(button: string, before: RegExp, confirm: RegExp, after: string | RegExp): Promise<void>;
  /** Gives the purchase of this price back and waits for its credit note. */
  giveBack(refund: string): Promise<void>;
  historySays(...texts: readonly string[]): Promise<void>;
}

export function policyStepsOf(page: Page): PolicySteps {
  const frame = frameOf(page);
  const row: PolicySteps['row'] = (table, text) =>
    page.getByRole('table', { name: table, exact: true }).getByRole('row').filter({ hasText: text });
  const payByInvoice = (): Promise<void> => page.getByRole('radio', { name: 'By invoice' }).click();
  return {
    row,
    payByInvoice,
    async buyProposed(button, way = 'the only way') {
      await frame.buyMore();
      if (way === 'by invoice') await payByInvoice();
      await page.getByRole('button', { name: button }).click();
      await page.getByRole('button', { name: 'Continue' }).click();
    },
    async usageSays(item, cells) {
      await frame.goTo('Usage');
      const line = row('Usage by tool', item);
      // What failed moved no balance to wait for: it is there as soon as the copy has caught up.
      await expect.poll(async () => (await line.allInnerTexts()).join(' ').replaceAll(/\s+/g, ' '), { timeout: 30_000 }).toMatch(cells);
    },
    async changePlan(button, before, confirm, after) {
      await frame.goTo('Plans');
      const plans = page.getByRole('main', { name: 'Plans' });
      await plans.getByRole('button', { name: button, exact: true }).click();
      const question = page.getByRole('dialog');
      await question.getByText(/^Balance (then|now)$/).waitFor();
      expect((await question.allInnerTexts()).join(' ').replaceAll(/\s+/g, ' ')).toMatch(before);
      if (/by invoice/.test(confirm.source)) await payByInvoice();
      await question.getByRole('button', { name: confirm }).click();
      await question.waitFor({ state: 'hidden' });
      await plans.getByText(after).first().waitFor();
    },
    async giveBack(refund) {
      await frame.goTo('Invoices');
      await row('Can be given back', refund).getByRole('button', { name: 'Give back…' }).click();
      await page
        .getByRole('dialog')
        .getByRole('button', { name: `Give back · ${refund}` })
        .click();
      await row('Invoices', /Credit note for/).waitFor();
    },
    async historySays(...texts) {
      await frame.goTo('History');
      for (const text of texts) await page.getByRole('main', { name: 'History' }).getByText(text).first().waitFor();
    },
  };
}
