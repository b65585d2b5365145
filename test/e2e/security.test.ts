/** What a hostile page could try, tried from the real page. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunningApp } from '../../scripts/driving/launch.ts';
import { type CompanyServer, startCompanyServer } from './company-server.ts';
import { catchOpenedFiles, makeRoom, type Room, startStudio } from './studio.ts';

let room: Room;
let studio: RunningApp;
let server: CompanyServer;

beforeAll(async () => {
  room = makeRoom('security');
  server = await startCompanyServer(room.path('server'));
  const { token } = await server.openAccount();
  studio = await startStudio(room, { env: { BACKLOT_SERVER_URL: server.url, BACKLOT_TOKEN: token } });
  await studio.page.getByRole('banner').waitFor();
});
afterAll(async () => {
  await studio?.quit();
  await server?.stop();
  room?.remove();
});

describe('the page', () => {
  test('has no Node and nothing of Electron besides the bridge', async () => {
    const seen = await studio.page.evaluate(() => ({
      node: [
        typeof Reflect.get(globalThis, 'require'),
        typeof Reflect.get(globalThis, 'process'),
        typeof Reflect.get(globalThis, 'module'),
        typeof Reflect.get(globalThis, 'Buffer'),
      ],
      bridge: Object.keys(window.backlot).sort(),
      frozen: Object.isFrozen(window.backlot),
    }));
    expect(seen.node).toEqual(['undefined', 'undefined', 'undefined', 'undefined']);
    expect(seen.bridge).toEqual(['call', 'on', 'pathOf']);
    expect(seen.frozen).toBe(true);
  });

  test('runs sandboxed, isolated, without Node', async () => {
    const preferences = await studio.app.evaluate(({ BrowserWindow }) => {
      const contents = BrowserWindow.getAllWindows()[0]?.webContents;
      // Electron keeps this method out of its declarations; it is how its own tests read what a page may do.
      return (contents as unknown as { getLastWebPreferences(): Record<string, unknown> }).getLastWebPreferences();
    });
    expect(preferences).toMatchObject({ sandbox: true, contextIsolation: true, nodeIntegration: false, webSecurity: true });
    expect(preferences['webviewTag'] ?? false).toBe(false);
  });

  test('carries the content security policy, and it holds', async () => {
    const result = await studio.page.evaluate(async () => {
      const header = (await fetch('app://backlot/')).headers.get('content-security-policy');
      const script = document.createElement('script');
      script.textContent = 'window.injected = true';
      document.head.append(script);
      let evaluated: unknown;
      try {
        evaluated = Reflect.construct(Function, ['return 1'])();
      } catch (fault) {
        evaluated = fault instanceof Error ? fault.name : String(fault);
      }
      const outside = await fetch('https://example.com/').then(
        () => 'reached',
        () => 'refused',
      );
      return { header, injected: 'injected' in window, evaluated, outside };
    });
    expect(result.header).toContain("script-src 'self';");
    expect(result).toMatchObject({ injected: false, evaluated: 'EvalError', outside: 'refused' });
  });

  test('cannot open a window', async () => {
    expect(await studio.page.evaluate(() => window.open('https://example.com/'))).toBeNull();
    expect(await studio.page.evaluate(() => window.open('app://backlot/'))).toBeNull();
    expect(studio.app.windows()).toHaveLength(1);
  });

  test.each(['https://example.com/', 'file:///etc/passwd', 'photo://thumb/x', 'data:text/html,hello'])(
    'cannot go to %s',
    async (address) => {
      await studio.page.evaluate((target) => {
        const link = document.createElement('a');
        link.href = target;
        document.body.append(link);
        link.click();
        link.remove();
      }, address);
      // Two turns of the page's loop: a navigation that was allowed would have begun.
      await studio.page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
      expect(studio.page.url()).toBe('app://backlot/');
      expect(await studio.page.getByRole('banner').isVisible()).toBe(true);
    },
  );

  test('gets no permission', async () => {
    const states = await studio.page.evaluate(async () => ({
      geolocation: (await navigator.permissions.query({ name: 'geolocation' })).state,
      notifications: await Notification.requestPermission(),
      camera: await navigator.mediaDevices.getUserMedia({ video: true }).then(
        () => 'granted',
        (fault: unknown) => (fault instanceof Error ? fault.name : 'denied'),
      ),
    }));
    expect(states.geolocation).toBe('denied');
    expect(states.notifications).toBe('denied');
    expect(states.camera).not.toBe('granted');
  });

  test('cannot hold a frame of somebody else', async () => {
    const refusedBy = await studio.page.evaluate(
      () =>
        new Promise<string>((resolve) => {
          document.addEventListener('securitypolicyviolation', (event) => resolve(event.effectiveDirective), { once: true });
          const frame = document.createElement('iframe');
          frame.src = 'https://example.com/';
          document.body.append(frame);
        }),
    );
    expect(refusedBy).toBe('frame-src');
    expect(studio.page.frames().filter((frame) => frame.url().startsWith('https:'))).toEqual([]);
  });
});

describe('pictures', () => {
  test.each([
    'photo://thumb/%2Fetc%2Fpasswd',
    'photo://original/..%2F..%2Flibrary.db',
    'photo:///etc/passwd',
    'photo://asset/01ARZ3NDEKTSV4RRFFQ69G5FAV',
    'photo://thumb/01ARZ3NDEKTSV4RRFFQ69G5FAV?rev=1',
    'photo://anything/01ARZ3NDEKTSV4RRFFQ69G5FAV',
  ])('%s is a 404', async (address) => {
    expect(await studio.page.evaluate((target) => fetch(target).then((answer) => answer.status), address)).toBe(404);
  });

  test.each(['app://backlot/..%2Fmain%2Fmain.js', 'app://backlot/%2e%2e/main/main.js', 'app://backlot/../preload/preload.cjs'])(
    '%s is not served from the bundle',
    async (address) => {
      expect(await studio.page.evaluate((target) => fetch(target).then((answer) => answer.status), address)).toBe(404);
    },
  );
});

describe('the bridge', () => {
  const send = (name: string, input: unknown): Promise<unknown> =>
    studio.page.evaluate(
      ([call, value]) =>
        // The page may send anything: the types are ours, not an attacker's.
        window.backlot.call(call as 'app.info', value as never).catch((fault: unknown) => ({ thrown: String(fault) })),
      [name, input] as const,
    );

  test.each([
    ['library.importPaths', { paths: [] }],
    ['library.importPaths', { paths: [1, 2] }],
    ['library.importPaths', { paths: '/etc' }],
    ['library.revert', { photoIds: ['../../etc/passwd'] }],
    ['library.versions', { photoId: 'x' }],
    ['applying.apply', { edits: { recipes: [], photos: [] }, mode: 'all or nothing' }],
    ['applying.apply', { edits: null, mode: 'all' }],
    ['reports.create', { photoId: '01ARZ3NDEKTSV4RRFFQ69G5FAV', versionId: '01ARZ3NDEKTSV4RRFFQ69G5FAV', note: '', area: null }],
    ['wallet.history', { beforeSeq: null, limit: 1_000_000, kinds: null }],
    ['settings.set', { theme: 'pink' }],
    ['app.openLink', { link: 'file:///etc/passwd' }],
  ])('%s with %j is the problem invalid_input', async (name, input) => {
    expect(await send(name, input)).toMatchObject({ ok: false, error: { code: 'invalid_input' } });
  });

  test('a channel outside the contract does not exist', async () => {
    expect(await send('shell.openPath', '/etc/passwd')).toMatchObject({ thrown: expect.stringContaining('No handler registered') });
  });

  test('a page that is not ours is refused, even with our preload', async () => {
    const answer = await studio.app.evaluate(async ({ app, BrowserWindow }) => {
      const preload = `${app.getAppPath()}/out/app/preload/preload.cjs`;
      const stranger = new BrowserWindow({ show: false, webPreferences: { preload, sandbox: true, contextIsolation: true } });
      await stranger.loadURL('data:text/html,<p>stranger</p>');
      const result: unknown = await stranger.webContents.executeJavaScript(`window.backlot.call('app.info')`);
      stranger.destroy();
      return result;
    });
    expect(answer).toMatchObject({ ok: false, error: { code: 'foreign_page' } });
  });

  test('external pages are opened by name only', async () => {
    const opened = await catchOpenedFiles(studio.app);
    expect(await send('app.openLink', { link: 'website' })).toMatchObject({ ok: true });
    expect(await opened()).toEqual(['https://backlot.example/']);
  });
});
