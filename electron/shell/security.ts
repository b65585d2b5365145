/**
 * What the page may do: nothing besides showing itself and speaking the ipc contract.
 * Navigation, new windows, webviews, downloads and every permission are denied for all web contents, also for ones that
 * nobody has thought of yet. Electron's security checklist: https://www.electronjs.org/docs/latest/tutorial/security
 */
import { app, type Session, type WebContents, type WebFrameMain } from 'electron';
import { contentSecurityPolicy, isOurPage } from './origins.ts';

/** Call once before the app is ready. */
export function denyByDefault(devServer: string | null): void {
  app.on('web-contents-created', (_event, contents) => lockDown(contents, devServer));
}

function lockDown(contents: WebContents, devServer: string | null): void {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  contents.on('will-navigate', (event) => {
    if (!isOurPage(event.url, devServer)) event.preventDefault();
  });
  contents.on('will-frame-navigate', (event) => {
    if (!event.isMainFrame || !isOurPage(event.url, devServer)) event.preventDefault();
  });
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
}

/** Call when the app is ready: permissions, devices and downloads of a session. */
export function denyPermissions(session: Session, devServer: string | null): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.on('will-download', (event) => event.preventDefault());
  session.setSpellCheckerEnabled(false);
  if (devServer === null) return;
  session.webRequest.onHeadersReceived((details, answer) => {
    answer({ responseHeaders: { ...details.responseHeaders, 'Content-Security-Policy': [contentSecurityPolicy(devServer)] } });
  });
}

/** Only the top frame of our own page may speak to the main process. */
export function isTrustedSender(frame: WebFrameMain | null, devServer: string | null): boolean {
  return frame !== null && frame.parent === null && isOurPage(frame.url, devServer);
}
