/**
 * Start-up, in reading order: one instance only, rules for every page, then — when Electron is ready — the window at
 * once, the studio's own databases beside it, and only after the page is up the credit server and the darkroom.
 * The window is usable from the cache before anything has been started or reached.
 */
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { app, type BrowserWindow, Menu, session } from 'electron';
import { type EventName, events as eventContract } from '../shared/ipc/index.ts';
import type { Problem } from '../shared/result.ts';
import { type ReturnLink, SCHEME } from '../shared/return-page.ts';
import type { Customer } from '../shared/support.ts';
import { modelFolder } from './darkroom/matte/model-folder.ts';
import { modelSource, trustedSources } from './darkroom/matte/model-sources.ts';
import { createDarkroomClient } from './darkroom/process/client.ts';
import { answeringAll, type Handlers } from './dispatch.ts';
import { createEvents } from './events.ts';
import { forkDarkroom } from './shell/children.ts';
import { answerCalls, sendEvent } from './shell/ipc.ts';
import { buildMenu } from './shell/menu.ts';
import { modelCalls, onceThereIsAModel } from './shell/model-calls.ts';
import { devServerFrom } from './shell/origins.ts';
import { withCases } from './shell/paid-notices.ts';
import { filesFromInstance, filesIn } from './shell/passed-files.ts';
import { declareProtocols, serveBundle, servePictures } from './shell/protocol.ts';
import { returnLinkIn } from './shell/return-links.ts';
import { denyByDefault, denyPermissions } from './shell/security.ts';
import { keepConnected } from './shell/server-connection.ts';
import { openSetAside } from './shell/set-aside.ts';
import { shellCalls } from './shell/shell-calls.ts';
import { systemDesktop } from './shell/system-desktop.ts';
import { configuredFeed, lookForUpdate } from './shell/updater.ts';
import { applyTheme, focusWindow, loaded, openWindow } from './shell/window.ts';
import { openLog } from './storage/log.ts';
import { openSettings } from './storage/settings.ts';
import type { Studio } from './studio/port.ts';
import { Weights } from './weights/weights.ts';
import { realWorld } from './world.ts';

const TAKEOVER_PAUSE_MS = 100;
const MOST_TAKEOVER_TRIES = 200;

const environment = process.env;
const here = import.meta.dirname;
const dataFolder = resolve(environment['BACKLOT_DATA'] ?? app.getPath('userData'));
const devServer = devServerFrom(environment, app.isPackaged);

app.setPath('userData', dataFolder);
// Root cannot have Chromium's sandbox and says so with --no-sandbox; the page's own process stays without Node either way.
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
declareProtocols();
denyByDefault(devServer);

const passedFiles = filesIn(process.argv, process.cwd(), app.getAppPath());
if (app.requestSingleInstanceLock({ files: passedFiles })) void run();
else if (devServer !== null) void runAfterTheLast();
else app.quit();

/** `npm run dev` starts a rebuilt app while the one before it still closes: it waits for that, for as long as closing may take. */
async function runAfterTheLast(): Promise<void> {
  for (let tries = 0; tries < MOST_TAKEOVER_TRIES; tries += 1) {
    await setTimeout(TAKEOVER_PAUSE_MS);
    if (app.requestSingleInstanceLock()) return run();
  }
  app.quit();
}

async function run(): Promise<void> {
  const log = openLog(join(dataFolder, 'logs'), () => new Date());
  const report = (where: string, fault: unknown): string => log.fault(where, fault);
  process.on('unhandledRejection', (fault) => report('unhandled rejection', fault));
  process.on('uncaughtException', (fault) => {
    report('uncaught exception', fault);
    app.quit();
  });

  const settings = openSettings(join(dataFolder, 'settings.json'), {
    theme: 'dark',
    surround: 96,
    outputFolder: join(app.getPath('pictures'), 'Backlot'),
    serverUrl: null,
  });
  const setAside = openSetAside(dataFolder, () => settings.get().outputFolder);
  for (const { message } of setAside.list()) log.line('data', message);
  const world = realWorld((line, facts) => log.line('studio', facts === undefined ? line : `${line} ${JSON.stringify(facts)}`));
  const events = createEvents((fault) => report('event listener', fault));
  let window: BrowserWindow | null = null;
  const page = () => window?.webContents ?? null;
  for (const name of Object.keys(eventContract) as EventName[]) events.on(name, (payload) => sendEvent(page(), name, payload, report));
  settings.onChange((changed) => {
    applyTheme(changed.theme);
    events.emit('settings.changed', changed);
  });

  await app.whenReady();
  // Only the installed app: a link must not start whichever build was tried last.
  if (app.isPackaged) app.setAsDefaultProtocolClient(SCHEME);
  applyTheme(settings.get().theme);
  denyPermissions(session.defaultSession, devServer);
  const pageIsFed = Promise.withResolvers<void>();
  serveBundle(join(here, '..', 'renderer'), pageIsFed.resolve);
  const preload = join(here, '..', 'preload', 'preload.cjs');
  const open = (): BrowserWindow => {
    const opened = openWindow({ preload, placeFile: join(dataFolder, 'window.json'), devServer });
    opened.on('closed', () => {
      window = null;
    });
    return opened;
  };
  window = open();

  const desktop = systemDesktop(() => window);
  const darkroom = createDarkroomClient({
    spawn: () => forkDarkroom(join(here, 'darkroom.js'), 'darkroom', world.log),
    spawnPreview: () => forkDarkroom(join(here, 'preview.js'), 'preview', world.log),
    log: world.log,
  });
  const facts = {
    version: app.getVersion(),
    electron: process.versions.electron,
    dataFolder,
    platform: process.platform,
    licencesFile: join(app.getAppPath(), 'NOTICE.md'),
  };
  // The page's script first, then the databases' and the network's code: loading it holds this process, while the page starts in its own.
  if (devServer !== null) pageIsFed.resolve();
  window.once('closed', pageIsFed.resolve);
  const systemProxy = (address: string): Promise<string> => session.defaultSession.resolveProxy(address);
  const weights = new Weights({
    folder: modelFolder(),
    source: modelSource(environment, process.resourcesPath),
    trusted: trustedSources(environment, process.resourcesPath),
    adopt: darkroom.adopt,
    world,
    network: { environment, systemProxy },
    changed: (state) => events.emit('model.changed', state),
    fetchesItself: app.isPackaged,
  });
  const studio: Promise<Studio> = pageIsFed.promise
    .then(() => import('./studio/studio.ts'))
    .then(({ openStudio }) =>
      openStudio({ dataFolder, world, settings, desktop, darkroom: weights.watching(darkroom), emit: events.emit, systemProxy }),
    );
  servePictures(async (kind, id) => (await studio).pictureFile(kind, id), devServer);
  let opening: Studio | null = null;
  void studio.then(
    (opened) => {
      opening = opened;
      if (opened.cases.list().length > 0) events.emit('notices.changed', undefined);
    },
    () => undefined,
  );
  const notices = withCases(setAside, () => opening?.cases ?? null);
  const customer = async (): Promise<Customer | null> => {
    const seen = await (await studio.catch(() => null))?.handlers['wallet.get']();
    const wallet = seen?.ok ? seen.value.wallet : null;
    return wallet === null ? null : { accountId: wallet.accountId, plan: wallet.plan?.label ?? null };
  };
  const own = { ...shellCalls(settings, notices, desktop, facts, customer), ...modelCalls(weights) };
  const handlers = studio.then(
    ({ handlers: its }): Handlers => ({ ...its, 'applying.apply': onceThereIsAModel(weights, its['applying.apply']), ...own }),
    (fault): Handlers => ({ ...answeringAll(unopened(report('open', fault), log.path)), ...own }),
  );
  answerCalls(handlers, devServer, report);
  Menu.setApplicationMenu(
    buildMenu({ send: (name) => events.emit('command', { name }), platform: process.platform, development: !app.isPackaged }),
  );

  const bringIn = async (paths: readonly string[]): Promise<void> => {
    if (paths.length > 0) await (await handlers)['library.importPaths']({ paths: [...paths] });
  };
  const comeBack = (link: ReturnLink | null): void => {
    if (link !== null) events.emit('returned', link);
  };
  let closing: Promise<void> | null = null;
  app.on('second-instance', (_event, argv, _folder, data) => {
    // It asks whether the place is free (`runAfterTheLast`), or comes too late to be let in.
    if (closing !== null) return;
    window ??= open();
    focusWindow(window);
    comeBack(returnLinkIn(argv));
    bringIn(filesFromInstance(data)).catch((fault) => report('second instance', fault));
  });
  // macOS hands links over this way, to the instance that runs.
  app.on('open-url', (event, url) => {
    event.preventDefault();
    window ??= open();
    focusWindow(window);
    comeBack(returnLinkIn([url]));
  });
  app.on('activate', () => {
    window ??= open();
  });
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });

  let stopServer = async (): Promise<void> => undefined;
  app.on('before-quit', (event) => {
    if (closing !== null || !app.isReady()) return;
    event.preventDefault();
    closing = closeAll().finally(() => app.quit());
  });
  const closeAll = async (): Promise<void> => {
    // In this order: what is being applied comes to rest while the darkroom and the server still answer.
    for (const close of [
      async () => void weights.cancel(),
      async () => (await studio.catch(() => null))?.close(),
      () => darkroom.close(),
      () => stopServer(),
    ]) {
      await close().catch((fault: unknown) => report('quit', fault));
    }
  };

  await loaded(window);
  comeBack(returnLinkIn(process.argv));
  // A studio that cannot be opened has said so to the page; there is nothing to connect.
  const opened = await studio.catch(() => null);
  if (opened === null || closing !== null) return;
  await weights.look();
  stopServer = keepConnected({
    studio: opened,
    world,
    settings,
    dataFolder,
    serverEntry: join(here, 'server.js'),
    companyServer: environment['BACKLOT_SERVER_URL'] ?? null,
    companyToken: environment['BACKLOT_TOKEN'] ?? null,
  });
  await bringIn(passedFiles);
  await lookForUpdate(configuredFeed(environment, process.resourcesPath), dataFolder, log);
}

const unopened = (reference: string, logPath: string): Problem => ({
  code: 'studio_unopened',
  message: `Backlot could not open its own data, so nothing can be shown or charged. Your photos and finished pictures are where they were. The log says why (reference ${reference}): ${logPath}`,
});
