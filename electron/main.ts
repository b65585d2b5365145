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
import { SCHEME } from '../shared/return-page.ts';
import type { Customer } from '../shared/support.ts';
import { modelFolder } from './darkroom/matte/model-folder.ts';
import { modelSource, trustedSources } from './darkroom/matte/model-sources.ts';
import type { WholeDarkroom } from './darkroom/port.ts';
import { DarkroomClient } from './darkroom/process/client.ts';
import { answeringAll, type Handlers, type ReportFault } from './dispatch.ts';
import { Events } from './events.ts';
import { Arrivals } from './shell/arrivals.ts';
import { forkDarkroom } from './shell/children.ts';
import { answerCalls, sendEvent } from './shell/ipc.ts';
import { MainWindow } from './shell/main-window.ts';
import { buildMenu } from './shell/menu.ts';
import { modelCalls, onceThereIsAModel } from './shell/model-calls.ts';
import { Notices } from './shell/notices.ts';
import { devServerFrom } from './shell/origins.ts';
import { filesIn } from './shell/passed-files.ts';
import { systemPower } from './shell/power.ts';
import { declareProtocols, serveBundle, servePictures } from './shell/protocol.ts';
import { Quitting } from './shell/quitting.ts';
import { denyByDefault, denyPermissions } from './shell/security.ts';
import { ServerConnection } from './shell/server-connection.ts';
import { FilesSetAside } from './shell/set-aside.ts';
import { type AppFacts, shellCalls } from './shell/shell-calls.ts';
import { chooseNetworkFile, systemDesktop } from './shell/system-desktop.ts';
import { configuredFeed, lookForUpdate } from './shell/updater.ts';
import { applyTheme, loaded } from './shell/window.ts';
import { Log } from './storage/log.ts';
import { SettingsStore } from './storage/settings.ts';
import type { Studio } from './studio/port.ts';
import { NetworkWatch } from './weights/network-watch.ts';
import { Weights } from './weights/weights.ts';
import { realWorld, type World } from './world.ts';

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
  const log = new Log(join(dataFolder, 'logs'), () => new Date());
  const report: ReportFault = (where, fault) => log.fault(where, fault);
  quitOnFaults(report);
  const settings = openOwnSettings();
  const setAside = new FilesSetAside(dataFolder, () => settings.get().outputFolder);
  for (const { message } of setAside.list()) log.line('data', message);
  const world = realWorld((line, facts) => log.line('studio', facts === undefined ? line : `${line} ${JSON.stringify(facts)}`));
  const events = new Events((fault) => report('event listener', fault));
  const window = openMainWindow();
  forwardEvents(events, settings, window, report);

  await app.whenReady();
  const { opened: firstWindow, pageIsFed } = openPage(settings, window);
  const darkroom = openDarkroom(world);
  const weights = openWeights(darkroom, world, events);
  const watch = watchNetwork(events);
  const desktop = systemDesktop(() => window.current);
  // The page's script first, then the databases' and the network's code: loading it holds this process, while the page starts in its own.
  const studio: Promise<Studio> = pageIsFed
    .then(() => import('./studio/studio.ts'))
    .then(({ openStudio }) =>
      openStudio({
        ...{ dataFolder, world, settings, desktop, systemProxy },
        darkroom: weights.watching(darkroom),
        emit: events.emit,
        prefetch: { darkroom, power: systemPower(), onOtherNetwork: (listener) => void events.on('model.own', listener) },
      }),
    );
  servePictures(async (kind, id) => (await studio).pictureFile(kind, id), devServer);
  const notices = noticesOf(studio, setAside, events);
  const own = {
    ...shellCalls(settings, notices, desktop, appFacts(), () => customerOf(studio)),
    ...modelCalls({ weights, darkroom, watch, chooseFile: () => chooseNetworkFile(window.current) }),
  };
  const handlers = studio.then(
    ({ handlers: its }): Handlers => ({ ...its, 'applying.apply': onceThereIsAModel(weights, its['applying.apply']), ...own }),
    (fault): Handlers => ({ ...answeringAll(unopened(report('open', fault), log.path)), ...own }),
  );
  answerCalls(handlers, devServer, report);
  Menu.setApplicationMenu(
    buildMenu({ send: (name) => events.emit('command', { name }), platform: process.platform, development: !app.isPackaged }),
  );

  let connection: ServerConnection | null = null;
  // In this order: what is being applied comes to rest while the darkroom and the server still answer.
  const quitting = new Quitting(
    [
      async () => void weights.cancel(),
      async () => watch.end(),
      async () => (await studio.catch(() => null))?.close(),
      () => darkroom.close(),
      async () => connection?.end(),
    ],
    report,
  );
  const arrivals = new Arrivals({ window, events, handlers, quitting, report });
  arrivals.listen();
  quitting.listen();

  await loaded(firstWindow);
  arrivals.comeBack(process.argv);
  // A studio that cannot be opened has said so to the page; there is nothing to connect.
  const opened = await studio.catch(() => null);
  if (opened === null || quitting.hasBegun) return;
  await weights.check();
  connection = connect(opened, world, settings);
  await arrivals.bringIn(passedFiles);
  await lookForUpdate(configuredFeed(environment, process.resourcesPath), dataFolder, log);
}

function openMainWindow(): MainWindow {
  return new MainWindow({
    preload: join(here, '..', 'preload', 'preload.cjs'),
    placeFile: join(dataFolder, 'window.json'),
    devServer,
  });
}

function quitOnFaults(report: ReportFault): void {
  process.on('unhandledRejection', (fault) => report('unhandled rejection', fault));
  process.on('uncaughtException', (fault) => {
    report('uncaught exception', fault);
    app.quit();
  });
}

function openOwnSettings(): SettingsStore {
  return new SettingsStore(join(dataFolder, 'settings.json'), {
    theme: 'dark',
    surround: 96,
    outputFolder: join(app.getPath('pictures'), 'Backlot'),
    serverUrl: null,
  });
}

/** What happens is told to the page, and a change of the settings to the frame around it. */
function forwardEvents(events: Events, settings: SettingsStore, window: MainWindow, report: ReportFault): void {
  for (const name of Object.keys(eventContract) as EventName[]) {
    events.on(name, (payload) => sendEvent(window.page, name, payload, report));
  }
  settings.onChange((changed) => {
    applyTheme(changed.theme);
    events.emit('settings.changed', changed);
  });
}

/** Opens the window on its page. `pageIsFed`: the page has its script, or needs none from here, or is gone. */
function openPage(settings: SettingsStore, window: MainWindow): { readonly opened: BrowserWindow; readonly pageIsFed: Promise<void> } {
  // Only the installed app: a link must not start whichever build was tried last.
  if (app.isPackaged) app.setAsDefaultProtocolClient(SCHEME);
  applyTheme(settings.get().theme);
  denyPermissions(session.defaultSession, devServer);
  const fed = Promise.withResolvers<void>();
  serveBundle(join(here, '..', 'renderer'), fed.resolve);
  const opened = window.open();
  if (devServer !== null) fed.resolve();
  opened.once('closed', fed.resolve);
  return { opened, pageIsFed: fed.promise };
}

/** Its processes start with their first job. */
function openDarkroom({ log }: World): WholeDarkroom {
  return new DarkroomClient({
    spawn: (afterCrash) => forkDarkroom(join(here, 'darkroom.js'), 'darkroom', log, afterCrash),
    spawnPreview: () => forkDarkroom(join(here, 'preview.js'), 'preview', log),
    spawnGpu: () => forkDarkroom(join(here, 'gpu.js'), 'gpu', log),
    log,
  });
}

function systemProxy(address: string): Promise<string> {
  return session.defaultSession.resolveProxy(address);
}

function openWeights(darkroom: WholeDarkroom, world: World, events: Events): Weights {
  return new Weights({
    folder: modelFolder(),
    source: modelSource(environment, process.resourcesPath),
    trusted: trustedSources(environment, process.resourcesPath),
    adopt: (job, onProgress) => darkroom.adopt(job, onProgress),
    world,
    network: { environment, systemProxy },
    changed: (state) => events.emit('model.changed', state),
    fetchesItself: app.isPackaged,
  });
}

/** Whoever comes back to a window may have changed it elsewhere. */
function watchNetwork(events: Events): NetworkWatch {
  const watch = new NetworkWatch(modelFolder(), (own) => events.emit('model.own', own));
  watch.begin();
  app.on('browser-window-focus', () => watch.look());
  return watch;
}

function appFacts(): AppFacts {
  return {
    version: app.getVersion(),
    electron: process.versions.electron,
    dataFolder,
    platform: process.platform,
    licencesFile: join(app.getAppPath(), 'NOTICE.md'),
  };
}

/** Files that were set aside, and from the moment the studio is open its cases too. */
function noticesOf(studio: Promise<Studio>, setAside: FilesSetAside, events: Events): Notices {
  const notices = new Notices(setAside);
  void studio.then(
    ({ cases }) => {
      notices.attach(cases);
      if (cases.list().length > 0) events.emit('notices.changed', undefined);
    },
    () => undefined,
  );
  return notices;
}

/** Null: the studio cannot be opened, or nobody has signed in yet. */
async function customerOf(studio: Promise<Studio>): Promise<Customer | null> {
  const seen = await (await studio.catch(() => null))?.handlers['wallet.get']();
  const wallet = seen?.ok ? seen.value.wallet : null;
  return wallet === null ? null : { accountId: wallet.accountId, plan: wallet.plan?.label ?? null };
}

function connect(studio: Studio, world: World, settings: SettingsStore): ServerConnection {
  return new ServerConnection({
    studio,
    world,
    settings,
    dataFolder,
    serverEntry: join(here, 'server.js'),
    companyServer: environment['BACKLOT_SERVER_URL'] ?? null,
    companyToken: environment['BACKLOT_TOKEN'] ?? null,
  });
}

const unopened = (reference: string, logPath: string): Problem => ({
  code: 'studio_unopened',
  message: `Backlot could not open its own data, so nothing can be shown or charged. Your photos and finished pictures are where they were. The log says why (reference ${reference}): ${logPath}`,
});
