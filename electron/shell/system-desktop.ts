/** The desktop of this system, through Electron. Apart from its interface, so that the studio is opened without Electron too. */
import { type BrowserWindow, dialog, type OpenDialogOptions, shell } from 'electron';
import type { Desktop } from '../studio/desktop.ts';

const photoTypes = ['jpg', 'jpeg', 'png', 'webp', 'tif', 'tiff', 'heic', 'heif', 'avif', 'gif'];

/** The file of a network that the user chooses; null when cancelled. Belongs to `window`, where it is open. */
export async function chooseNetworkFile(window: BrowserWindow | null): Promise<string | null> {
  const filters = [
    { name: 'ONNX networks', extensions: ['onnx'] },
    { name: 'All files', extensions: ['*'] },
  ];
  const options: OpenDialogOptions = { title: 'Choose a network', buttonLabel: 'Use', properties: ['openFile'], filters };
  const answer = window === null ? await dialog.showOpenDialog(options) : await dialog.showOpenDialog(window, options);
  return answer.canceled ? null : (answer.filePaths[0] ?? null);
}

/** Dialogs belong to `window`, where it is open. */
export function systemDesktop(window: () => BrowserWindow | null): Desktop {
  const open = async (options: OpenDialogOptions): Promise<readonly string[]> => {
    const parent = window();
    const answer = parent === null ? await dialog.showOpenDialog(options) : await dialog.showOpenDialog(parent, options);
    return answer.canceled ? [] : answer.filePaths;
  };
  const pictures = [
    { name: 'Pictures', extensions: [...photoTypes, ...photoTypes.map((type) => type.toUpperCase())] },
    { name: 'All files', extensions: ['*'] },
  ];
  return {
    choosePhotos: (what) =>
      what === 'folder'
        ? open({ title: 'Import a folder of photos', buttonLabel: 'Import', properties: ['openDirectory', 'multiSelections'] })
        : open({ title: 'Import photos', buttonLabel: 'Import', properties: ['openFile', 'multiSelections'], filters: pictures }),
    choosePictures: (title) => open({ title, buttonLabel: 'Add', properties: ['openFile', 'multiSelections'], filters: pictures }),
    async chooseFolder(title, current) {
      const [folder] = await open({ title, defaultPath: current, buttonLabel: 'Choose', properties: ['openDirectory', 'createDirectory'] });
      return folder ?? null;
    },
    async chooseSavePath(title, suggested) {
      const options = { title, defaultPath: suggested };
      const parent = window();
      const answer = parent === null ? await dialog.showSaveDialog(options) : await dialog.showSaveDialog(parent, options);
      return answer.canceled || answer.filePath === '' ? null : answer.filePath;
    },
    async openFile(path) {
      const problem = await shell.openPath(path);
      return problem === '' ? null : problem;
    },
    showInFolder: (path) => shell.showItemInFolder(path),
    openAddress: (address) => shell.openExternal(address),
  };
}
