/** Starts the real app — the built bundle in real Electron — and drives it with Playwright. For tests, the demo and the screenshots. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';

export const projectRoot = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

export interface LaunchOptions {
  readonly dataFolder: string;
  /** Added to the environment; BACKLOT_DATA comes from `dataFolder`. */
  readonly env?: Readonly<Record<string, string>>;
  /** Photos to open, as the system would pass them. */
  readonly files?: readonly string[];
  readonly switches?: readonly string[];
  /** A packaged app's own program; without it the development runtime with out/app. */
  readonly program?: string;
  /** Called for each line the app writes to its console. */
  readonly onLine?: (line: string) => void;
}

export interface RunningApp {
  readonly app: ElectronApplication;
  readonly page: Page;
  /** What the page wrote to its console as an error, and exceptions nobody caught. */
  readonly pageErrors: readonly string[];
  /** Quits as a user would and waits until the process has left. */
  quit(): Promise<void>;
}

/**
 * Playwright finds the development runtime by itself (ELECTRON_OVERRIDE_DIST_PATH, set by the set-up) and then loads its
 * own start-up script into it, which holds the app until Playwright has attached. Naming the program instead would let
 * the two race, and now and then Playwright waits in vain: that is only done for a packaged app, which gets three tries.
 */
function nameRuntime(): void {
  const named = process.env['ELECTRON_EXEC_PATH'];
  if (named !== undefined) process.env['ELECTRON_OVERRIDE_DIST_PATH'] ??= dirname(named);
}

/** The development runtime's program: named by the set-up, else where the electron package finds it. */
export const electronProgram = (): string =>
  // Outside Electron the package exports the path of its program.
  process.env['ELECTRON_EXEC_PATH'] ?? (createRequire(import.meta.url)('electron') as string);

/** Switches that the machine needs, not the app: root cannot have the sandbox, and a virtual screen has no GPU. */
export function machineSwitches(): readonly string[] {
  const root = process.platform === 'linux' && process.getuid?.() === 0;
  return [...(root ? ['--no-sandbox'] : []), '--disable-gpu', '--force-device-scale-factor=1'];
}

export async function launchApp(options: LaunchOptions): Promise<RunningApp> {
  const { BACKLOT_SERVER_URL: _url, BACKLOT_TOKEN: _token, DATABASE_URL: _database, ...environment } = process.env;
  const inherited = Object.fromEntries(Object.entries(environment).filter((pair): pair is [string, string] => pair[1] !== undefined));
  if (options.program === undefined) nameRuntime();
  const launch = (): Promise<ElectronApplication> =>
    _electron.launch({
      ...(options.program === undefined ? {} : { executablePath: options.program }),
      args: [...machineSwitches(), ...(options.switches ?? []), ...(options.program ? [] : [projectRoot]), ...(options.files ?? [])],
      env: { ...inherited, ...options.env, BACKLOT_DATA: options.dataFolder },
      cwd: projectRoot,
      timeout: options.program === undefined ? 30_000 : 15_000,
    });
  const app = options.program === undefined ? await launch() : await launch().catch(launch).catch(launch);
  const { onLine } = options;
  if (onLine)
    for (const stream of [app.process().stdout, app.process().stderr])
      stream?.on('data', (chunk: Buffer) => onLine(chunk.toString().trimEnd()));
  const page = await app.firstWindow({ timeout: 30_000 });
  const pageErrors: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') pageErrors.push(`${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', (fault) => pageErrors.push(fault.stack ?? fault.message));
  return {
    app,
    page,
    pageErrors,
    quit: () => app.close(),
  };
}

/** Where the built bundle has to be for `launchApp`. */
export const bundleEntry = join(projectRoot, 'out', 'app', 'main', 'main.js');
