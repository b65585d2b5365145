/**
 * Starts a packed app. In it Node's debugger is closed, which Playwright's own launcher needs; its page can be driven all the same,
 * through Chromium's protocol.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { chromium, type Page } from 'playwright';
import { openDisplay } from '../../../scripts/driving/display.ts';
import { environmentOfTheApp, machineSwitches } from '../../../scripts/driving/launch.ts';

export interface PackedApp {
  readonly page: Page;
  readonly pageErrors: readonly string[];
  /** Quits as the system would ask it to; answers the exit code. */
  quit(): Promise<number | null>;
}

const patience_ms = 30_000;
const betweenQuestions_ms = 50;

/** Connecting while the page is still being created never ends, so this waits until it has its address. */
async function pageIsThere(browser: string): Promise<void> {
  const list = `${browser.replace(/^ws/, 'http').replace(/\/devtools.*/, '')}/json/list`;
  const deadline = performance.now() + patience_ms;
  while (performance.now() < deadline) {
    // The answer is Chromium's own.
    const targets = (await (await fetch(list)).json()) as { type: string; url: string }[];
    if (targets.some(({ type, url }) => type === 'page' && url.startsWith('app:'))) return;
    await pause(betweenQuestions_ms);
  }
  throw new Error('The packed app opened no window.');
}

export async function startPacked(program: string, dataFolder: string, env: Readonly<Record<string, string>> = {}): Promise<PackedApp> {
  const display = await openDisplay();
  const app = spawn(program, [...machineSwitches(), '--remote-debugging-port=0'], {
    env: { ...environmentOfTheApp(), ...display.env, ...env, BACKLOT_DATA: dataFolder },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const left = once(app, 'exit').then(([code]: (number | null)[]) => code ?? null);
  const address = await new Promise<string>((resolve, reject) => {
    let said = '';
    app.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const found = /DevTools listening on (ws:\S+)/.exec(said)?.[1];
      if (found) resolve(found);
    });
    app.once('error', reject);
    void left.then((code) => reject(new Error(`The packed app left with code ${code} before it was ready:\n${said}`)));
  });
  await pageIsThere(address);
  const browser = await chromium.connectOverCDP(address, { timeout: patience_ms });
  const page = browser
    .contexts()[0]
    ?.pages()
    .find((each) => each.url().startsWith('app:'));
  if (!page) throw new Error('The packed app shows no page of its own.');
  const pageErrors: string[] = [];
  page.on('pageerror', (fault) => pageErrors.push(fault.stack ?? fault.message));
  page.on('console', (message) => {
    if (message.type() === 'error') pageErrors.push(`${message.text()} (${message.location().url})`);
  });
  return {
    page,
    pageErrors,
    async quit() {
      await browser.close();
      app.kill('SIGTERM');
      const code = await left;
      await display.close();
      return code;
    },
  };
}
