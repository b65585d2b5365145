/**
 * Starts the credit server and prints one JSON line, {"url", "adminToken"}, when it is ready. Runs alone (`npm run server`)
 * and as a child of the app. Leaves cleanly, stopping its PostgreSQL, on SIGTERM and SIGINT, when its parent goes away
 * (ipc channel, Electron's parentPort), and with --stop-with-stdin when standard input closes.
 */
import { buildApp } from './app.ts';
import { readOptions, USAGE } from './options.ts';
import { openServer } from './server.ts';
import { tellAddress } from './whereabouts.ts';

/** Electron's utilityProcess: a message port to the app, typed no further than it is used. */
interface ParentPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { data: unknown }) => void): void;
}
const { parentPort } = process as NodeJS.Process & { parentPort?: ParentPort };

async function main(): Promise<void> {
  if (process.argv.includes('--help')) {
    console.log(USAGE);
    return;
  }
  const options = readOptions(process.argv.slice(2), process.env);
  const leaving = listenForTheEnd(options.stopWithStdin);
  const server = await openServer(options);
  const app = await buildApp(server);
  const url = await app.listen({ port: options.port, host: options.host }).catch(async (error: unknown) => {
    // Its PostgreSQL would go on without it.
    await server.close();
    throw error;
  });
  server.listensAt(url);
  const takeBack = options.stopWithStdin ? () => undefined : await tellAddress(options.dataFolder, url);
  void leaving
    .then(takeBack)
    .then(() => app.close())
    .then(() => server.close())
    .then(() => process.exit(0), fail);

  const ready = { url, adminToken: server.startToken };
  process.stdout.write(`${JSON.stringify(ready)}\n`);
  parentPort?.postMessage(ready);
}

/** Listens from the very beginning: a server that is asked to leave while it starts leaves when it has started. */
function listenForTheEnd(withStdin: boolean): Promise<void> {
  return new Promise((leave) => {
    const asked = () => leave();
    process.on('SIGTERM', asked);
    process.on('SIGINT', asked);
    process.on('disconnect', asked);
    parentPort?.on('message', ({ data }) => data === 'stop' && leave());
    if (withStdin) process.stdin.resume().once('end', asked).once('close', asked);
  });
}

function fail(error: unknown): never {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

main().catch(fail);
