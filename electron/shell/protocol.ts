/** Puts the two custom protocols in place: `app:` for the bundle, `photo:` for pictures by id. */
import { protocol } from 'electron';
import type { FindPicture } from '../studio/port.ts';
import { appOrigin } from './origins.ts';
import { bundleResponder, pictureResponder } from './pictures.ts';

/** Must run before the app is ready. */
export function declareProtocols(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
    { scheme: 'photo', privileges: { standard: true, secure: true, supportFetchAPI: true, corsEnabled: true, stream: true } },
  ]);
}

/** Serves the page from this folder; `onScript` is called when its script was asked for. */
export function serveBundle(folder: string, onScript: () => void): void {
  protocol.handle('app', bundleResponder(folder, onScript));
}

/** Serves pictures to the page alone; `devServer`: where that is loaded from in development, else null. */
export function servePictures(find: FindPicture, devServer: string | null): void {
  protocol.handle('photo', pictureResponder(find, devServer ?? appOrigin));
}
