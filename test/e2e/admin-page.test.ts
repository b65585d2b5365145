/** The administrators' page, as the server serves it, in a real browser window. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Display, openDisplay } from '../../scripts/driving/display.ts';
import { electronProgram, machineSwitches } from '../../scripts/driving/launch.ts';
import { type Account, applied, type Json, opId, type RunningServer, startServer } from '../integration/server/running-server.ts';

const WINDOW = `import { app, BrowserWindow } from 'electron';
app.on('ready', () => new BrowserWindow({ width: 1200, height: 1000 }).loadURL(process.env.PAGE));
`;

let server: RunningServer;
let account: Account;
let display: Display;
let browser: ElectronApplication;
let page: Page;
const faults: string[] = [];
const folder = mkdtempSync(join(tmpdir(), 'backlot-admin-page-'));

beforeAll(async () => {
  server = await startServer();
  account = await server.account({ name: 'Someone <b>bold</b>', email: 'someone@example.com' });
  await server.grant(account.accountId, 'purchased', '1');
  await account.post('/v1/reports', { opId: opId(), photo: 'a.jpg', resultOpId: await applied(account), note: '<img src=x>' });
  display = await openDisplay();
  writeFileSync(join(folder, 'main.mjs'), WINDOW);
  // Names the runtime for Playwright, too.
  electronProgram();
  browser = await _electron.launch({
    args: [...machineSwitches(), join(folder, 'main.mjs'), `--user-data-dir=${join(folder, 'profile')}`],
    env: { ...(process.env as Record<string, string>), ...display.env, PAGE: `${server.url}/admin` },
  });
  page = await browser.firstWindow();
  page.setDefaultTimeout(30_000);
  page.on('pageerror', (error) => faults.push(error.message));
});
afterAll(async () => {
  await browser?.close();
  await display?.close();
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const signIn = async (token: string): Promise<void> => {
  await page.getByLabel('Administrator’s token').fill(token);
  await page.getByRole('button', { name: 'Sign in' }).click();
};
const signOut = async (): Promise<void> => {
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
};
const available = async (): Promise<number> => Number((await account.get('/v1/wallet')).body.available);

describe('the administrators’ page', () => {
  test('says so when a token is not known, and forgets everything on reload', async () => {
    await signIn('blt_0000000000000000000000');
    await page.getByRole('alert').getByText('not known here').waitFor();
    await signIn(server.admin.token);
    await page.getByText('Owner (owner)').waitFor();
    expect(await page.evaluate(() => [localStorage.length, sessionStorage.length, document.cookie])).toEqual([0, 0, '']);
    await signOut();
  });

  test('grants after a confirmation that says what will happen; leaving it does nothing', async () => {
    const before = await available();
    await signIn(server.admin.token);
    await page.getByLabel('Account id').fill('someone@');
    await page.getByRole('button', { name: 'Find' }).click();
    await page.getByRole('button', { name: account.accountId }).click();
    const form = page.getByRole('form', { name: 'Grant credit' });
    const dialog = page.getByRole('dialog');
    for (const answer of ['Cancel', 'Add 12 to Purchased']) {
      await form.getByLabel('Bucket').selectOption('purchased');
      await form.getByLabel('Amount').fill('12');
      await form.getByLabel('Reason').fill('promised');
      await form.getByRole('button', { name: 'Review grant' }).click();
      await dialog.getByText(`available ${before} becomes ${before + 12}`).waitFor();
      expect(await available()).toBe(before);
      await dialog.getByRole('button', { name: answer }).click();
    }
    await page.getByText('Add 12 to Purchased: done.').waitFor();
    expect(await available()).toBe(before + 12);
    // What customers write stays text.
    expect(await page.locator('main b, main img').count()).toBe(0);
  });

  test('answers a report and grants back once, and the log shows both', async () => {
    const before = await available();
    await page.getByRole('button', { name: 'Reports' }).click();
    await page.getByRole('button', { name: 'Answer' }).click();
    await page.getByLabel('Words to the customer').fill('Put right.');
    await page.getByLabel('Grant back to').selectOption('purchased');
    await page.getByLabel('Amount').last().fill('1');
    await page.getByRole('button', { name: 'Review answer' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Send answer' }).click();
    await page.getByText('No report waits for an answer.').waitFor();
    expect(await available()).toBe(before + 1);
    const [report] = (await account.get('/v1/reports')).body;
    expect(report).toMatchObject({ state: 'corrected', answer: 'Put right.' });
    const again = { state: 'corrected', answer: 'Put right.', grantBack: { bucket: 'purchased', amount: '1' } };
    expect((await server.admin.post(`/v1/admin/reports/${report.id}/resolve`, again)).status).toBe(200);
    expect(await available()).toBe(before + 1);
    await page.getByRole('button', { name: 'Audit log' }).click();
    await page.getByRole('cell', { name: 'report.grant-back' }).waitFor();
    await page.getByRole('cell', { name: 'report.answer' }).waitFor();
  });

  test('changes a plan for what it shows beforehand, and refunds a purchase', async () => {
    await page.getByRole('button', { name: 'Accounts' }).click();
    await page.getByRole('button', { name: account.accountId }).click();
    const dialog = page.getByRole('dialog');
    const plan = page.getByRole('form', { name: 'Change the plan' });
    await plan.getByLabel('What').selectOption('subscribe');
    await plan.getByLabel('Plan').selectOption('professional');
    await plan.getByLabel('Reason').fill('asked by phone');
    await plan.getByRole('button', { name: 'Review change' }).click();
    await dialog.getByText('To pay now, by invoice').waitFor();
    await dialog.getByRole('button', { name: 'Confirm: subscribe' }).click();
    await page.getByText('The plan was changed.').waitFor();
    expect((await account.get('/v1/subscription')).body.plan.id).toBe('professional');
    await account.post('/v1/purchases', { opId: opId(), packId: 'pack-50' });
    await page.getByRole('button', { name: account.accountId }).click();
    const refund = page.getByRole('form', { name: 'Refund a purchase' });
    await refund.getByLabel('Reason').fill('kindness');
    await refund.getByRole('button', { name: 'Review refund' }).click();
    await dialog.getByText('Used credit stays used.').waitFor();
    await dialog.getByRole('button', { name: /^Refund/ }).click();
    await page.getByText('Refunded.').waitFor();
    await page.getByRole('button', { name: 'Policies' }).click();
    await page.getByRole('cell', { name: 'background-studio' }).first().waitFor();
  });

  test('records a chargeback and that the dispute was won, each with its reason', async () => {
    const { purchase } = (await account.post('/v1/purchases', { opId: opId(), packId: 'pack-50' })).body;
    const before = await available();
    await page.getByRole('button', { name: 'Accounts' }).click();
    await page.getByRole('button', { name: account.accountId }).click();
    const dialog = page.getByRole('dialog');
    await page.getByRole('form', { name: 'Record a chargeback' }).getByLabel('Reason').fill('the bank took it');
    await page.getByRole('button', { name: 'Review chargeback' }).click();
    await dialog.getByText(`A credit note for ${purchase.invoice} is issued.`).waitFor();
    await dialog.getByRole('button', { name: 'Record the chargeback' }).click();
    await page.getByText('The chargeback was recorded.').waitFor();
    expect(await available()).toBe(before - 50);
    await page.getByRole('form', { name: 'Record a dispute that was won' }).getByLabel('Reason').fill('the bank gave it back');
    await page.getByRole('button', { name: 'Review dispute' }).click();
    await dialog.getByRole('button', { name: 'Record the dispute' }).click();
    await page.getByText('The dispute was recorded.').waitFor();
    expect(await available()).toBe(before);
    await page.getByRole('button', { name: 'Audit log' }).click();
    await page.getByLabel('Only what was done to').fill(account.accountId);
    await page.getByRole('button', { name: 'Show' }).click();
    const row = page.getByRole('row').filter({ hasText: 'dispute.won' });
    expect(await row.getByRole('cell').allTextContents()).toEqual(expect.arrayContaining(['Owner (owner)', 'the bank gave it back']));
  });

  test('makes a token that is shown once; what its role may not do is not offered; ended, it says so', async () => {
    await page.getByRole('button', { name: 'Staff' }).click();
    const make = page.getByRole('form', { name: 'Make a token' });
    await make.getByLabel('Name').fill('Sam');
    await make.getByLabel('Role').selectOption('support');
    await make.getByLabel('Reason').fill('new on the desk');
    await make.getByRole('button', { name: 'Review token' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Make a token for Sam' }).click();
    const token = await page.getByLabel('The token of Sam').inputValue();
    await page.getByRole('button', { name: 'Staff' }).click();
    await page.getByRole('cell', { name: 'Sam' }).waitFor();
    expect(await page.getByLabel('The token of Sam').count()).toBe(0);
    await signOut();
    await signIn(token);
    await page.locator('header').getByText('Sam (support)').waitFor();
    expect(await page.getByRole('button', { name: 'Staff' }).count()).toBe(0);
    await page.getByRole('button', { name: account.accountId }).click();
    const form = page.getByRole('form', { name: 'Grant credit' });
    await form.waitFor();
    expect(await page.getByRole('form', { name: 'Record a chargeback' }).count()).toBe(0);
    await form.getByLabel('Bucket').selectOption('purchased');
    await form.getByLabel('Amount').fill('1');
    await form.getByLabel('Reason').fill('late');
    await form.getByRole('button', { name: 'Review grant' }).click();
    const before = await available();
    const [member] = (await server.admin.get('/v1/admin/staff')).body;
    await server.admin.post(`/v1/admin/staff/${member.id}/revoke`, { reason: 'left' });
    await page.getByRole('dialog').getByRole('button', { name: 'Add 1 to Purchased' }).click();
    await page.getByRole('alert').getByText('Nothing was changed. Ask an owner for a new one.').waitFor();
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    expect(await page.getByText(account.accountId).count()).toBe(0);
    expect(await available()).toBe(before);
  });

  test('replaces an account’s token, shown once; the old one opens nothing more', async () => {
    await signIn(server.admin.token);
    const customer = await server.account({ name: 'Garage' });
    await page.getByLabel('Account id').fill('Garage');
    await page.getByRole('button', { name: 'Find' }).click();
    await page.getByRole('button', { name: customer.accountId }).click();
    const form = page.getByRole('form', { name: 'Replace a token of Garage' });
    await form.getByLabel('Reason').fill('laptop lost');
    await form.getByRole('button', { name: 'Review replacing' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Replace a token' }).click();
    const token = await page.getByLabel('Hand it over now').inputValue();
    expect([(await customer.get('/v1/wallet')).status, (await server.as(token).get('/v1/wallet')).status]).toEqual([401, 200]);
    await page.getByRole('button', { name: 'Accounts' }).click();
    await page.getByRole('button', { name: customer.accountId }).click();
    await page.getByRole('cell', { name: 'works' }).waitFor();
    expect(await page.getByLabel('Hand it over now').count()).toBe(0);
  });

  test.each([
    ['light', 1200],
    ['dark', 1200],
    ['light', 400],
  ] as const)('fits its window: %s, %i wide', async (colorScheme, width) => {
    await page.emulateMedia({ colorScheme });
    await browser.evaluate(({ BrowserWindow }, wide) => BrowserWindow.getAllWindows()[0]?.setContentSize(wide, 900), width);
    await page.waitForFunction((wide) => innerWidth === wide, width);
    if (await page.getByRole('button', { name: 'Sign in' }).isVisible()) await signIn(server.admin.token);
    for (const section of ['Reports', 'Audit log', 'Policies', 'Staff', 'Accounts']) {
      await page.getByRole('navigation').getByRole('button', { name: section, exact: true }).click();
      await page.getByRole('heading', { level: 2, name: section === 'Reports' ? 'Reports that wait' : section }).waitFor();
      expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
    }
  });

  test('shows a retoucher the reports and nothing else', async () => {
    const { token } = (await server.admin.post('/v1/admin/staff', { opId: opId(), name: 'Ann', role: 'retoucher' })).body;
    await signOut();
    await signIn(token);
    await page.getByRole('heading', { level: 2, name: 'Reports that wait' }).waitFor();
    await page.getByText('No report waits for an answer.').waitFor();
    expect(await page.getByRole('navigation').getByRole('button').allTextContents()).toContain('Reports');
    expect(await page.getByRole('navigation').getByRole('button').count()).toBe(1);
    await signOut();
  });

  test('has nothing inline, allows nothing from elsewhere, and names every control', async () => {
    const { headers, body } = await server.as('').get('/admin');
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
    expect(String(body)).not.toMatch(/<style|<script(?![^>]*\ssrc=)|\son\w+=|\sstyle=/);
    const unnamed: Json = await page.evaluate(
      () =>
        [...document.querySelectorAll('input, select, textarea')].filter((input) => (input as HTMLInputElement).labels?.length === 0)
          .length,
    );
    expect(unnamed).toBe(0);
    expect(faults).toEqual([]);
  });
});
