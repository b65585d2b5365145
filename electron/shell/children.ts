/** The app's child processes: Electron's utilityProcess behind the small interfaces that the rest of the app knows. */

import { createInterface } from 'node:readline';
import { app, type UtilityProcess, utilityProcess } from 'electron';
import { LOCAL_SERVER } from '../connection/local-account.ts';
import type { ServerChild } from '../connection/local-server.ts';
import type { ChildLike } from '../darkroom/process/client.ts';
import { workerEnvironment } from '../darkroom/process/forked.ts';

function logErrors(child: UtilityProcess, name: string, log: (line: string) => void): void {
  if (child.stderr) createInterface({ input: child.stderr as NodeJS.ReadableStream }).on('line', (line) => log(`${name}: ${line}`));
}

/**
 * `BACKLOT_INSPECT=server=9231,darkroom=9230`: at which port of this machine a debugger may attach to which process. From a checkout only:
 * a packaged app has no such door.
 */
function inspector(name: 'server' | 'darkroom' | 'preview' | 'gpu'): string[] {
  if (app.isPackaged) return [];
  const wanted = (process.env['BACKLOT_INSPECT'] ?? '').split(',').find((pair) => pair.startsWith(`${name}=`));
  const port = Number(wanted?.slice(name.length + 1));
  return Number.isInteger(port) && port > 0 && port < 65_536 ? [`--inspect=127.0.0.1:${port}`] : [];
}

/** The credit server on a free port of this machine, with its database in `folder`. */
export function startServerChild(entry: string, folder: string, log: (line: string) => void): ServerChild {
  const { DATABASE_URL: _companyDatabase, ...environment } = process.env;
  const child = utilityProcess.fork(entry, ['--data', folder, '--port', '0', ...LOCAL_SERVER], {
    serviceName: 'Backlot credit server',
    stdio: 'pipe',
    env: environment,
    execArgv: inspector('server'),
  });
  logErrors(child, 'server', log);
  return {
    onLine(listener) {
      if (child.stdout) createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', listener);
    },
    onExit: (listener) => void child.on('exit', (code) => listener(code)),
    stop: () => child.postMessage('stop'),
    kill() {
      if (child.pid !== undefined) process.kill(child.pid, 'SIGKILL');
    },
  };
}

/**
 * One of the darkroom's processes. They read pictures and run the model; they use no network and no database, and are not told how
 * to sign in to either.
 */
export function forkDarkroom(
  entry: string,
  name: 'darkroom' | 'preview' | 'gpu',
  log: (line: string) => void,
  afterCrash = false,
): ChildLike {
  const { DATABASE_URL: _database, BACKLOT_TOKEN: _token, ...env } = process.env;
  const child = utilityProcess.fork(entry, [process.resourcesPath], {
    serviceName: `Backlot ${name}`,
    stdio: 'pipe',
    env: { ...env, ...workerEnvironment(afterCrash) },
    execArgv: inspector(name),
  });
  if (child.stdout) createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => log(`${name}: ${line}`));
  logErrors(child, name, log);
  return {
    postMessage: (message) => child.postMessage(message),
    // One of the two events of ChildLike; Electron's types know each by itself.
    on: (event: 'message' | 'exit', listener: (value: never) => void) => child.on(event as 'message', listener as (value: unknown) => void),
    kill() {
      if (child.pid !== undefined) process.kill(child.pid, 'SIGKILL');
    },
  };
}
