/** Starts the real app — the built bundle in real Electron — and drives it with Playwright. For tests, the demo and the screenshots. */
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { _electron, type ElectronApplication, type Page } from 'playwright';
import { electronEnvironment, installedElectron } from '../setup/electron.mjs';

/** The folder of the checkout, absolute. */
export const projectRoot = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** How the app is started. */
export interface LaunchOptions {
  readonly dataFolder: string;
  /** Added to the environment; BACKLOT_DATA comes from `dataFolder`. */
  readonly env?: Readonly<Record<string, string>>;
  /** Photos to open, as the system would pass them. */
  readonly files?: readonly string[];
  readonly switches?: readonly string[];
  /** Called for each line the app writes to its console. */
  readonly onLine?: (line: string) => void;
}

/** The app, its window open, until it is quit. */
export interface RunningApp {
  readonly app: ElectronApplication;
  readonly page: Page;
  /** What the page wrote to its console as an error, and exceptions nobody caught. */
  readonly pageErrors: readonly string[];
  /** Quits as a user would and waits until the process has left. */
  quit(): Promise<void>;
}

/**
 * Playwright finds the runtime by these names and then loads its own start-up script into it, which holds the app until
 * Playwright has attached. Naming the program instead would let the two race, and now and then Playwright waits in vain.
 */
function nameRuntime(): void {
  const runtime = installedElectron();
  if (runtime) Object.assign(process.env, { ...electronEnvironment(runtime), ...process.env });
}

/** The development runtime's program: named by the set-up, else the one that the set-up left here. */
export function electronProgram(): string {
  nameRuntime();
  const named = process.env['ELECTRON_EXEC_PATH'];
  if (named === undefined) throw new Error('There is no Electron runtime on this machine yet: `npm start` fetches it.');
  return named;
}

/** Switches that the machine needs, not the app: root cannot have the sandbox, and a virtual screen has no GPU. */
export function machineSwitches(): readonly string[] {
  const root = process.platform === 'linux' && process.getuid?.() === 0;
  return [...(root ? ['--no-sandbox'] : []), '--disable-gpu', '--force-device-scale-factor=1'];
}

/** This process's environment without what would lead the app to another server or database, or to the caches of the tests. */
export function environmentOfTheApp(): Record<string, string> {
  const {
    BACKLOT_SERVER_URL: _url,
    BACKLOT_TOKEN: _token,
    DATABASE_URL: _database,
    NODE_COMPILE_CACHE: _compiled,
    ...environment
  } = process.env;
  return Object.fromEntries(Object.entries(environment).filter((pair): pair is [string, string] => pair[1] !== undefined));
}

/** Starts the app and answers once its first window is there. Throws when that takes more than 30 seconds. */
export async function launchApp(options: LaunchOptions): Promise<RunningApp> {
  nameRuntime();
  const app = await _electron.launch({
    args: [...machineSwitches(), ...(options.switches ?? []), projectRoot, ...(options.files ?? [])],
    env: { ...environmentOfTheApp(), ...options.env, BACKLOT_DATA: options.dataFolder },
    cwd: projectRoot,
    timeout: 30_000,
  });
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
