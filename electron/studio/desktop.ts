/** What the studio asks of the system around it: file dialogs, the file manager, the PDF viewer, the browser. Kept by `system-desktop.ts`. */
export interface Desktop {
  /** Absolute paths; empty when the user thought better of it. */
  choosePhotos(what: 'files' | 'folder'): Promise<readonly string[]>;
  choosePictures(title: string): Promise<readonly string[]>;
  chooseFolder(title: string, current: string): Promise<string | null>;
  /** Where to save; null when cancelled. */
  chooseSavePath(title: string, suggested: string): Promise<string | null>;
  /** Opens a file in the program that the user has for it; the answer is what went wrong, or null. */
  openFile(path: string): Promise<string | null>;
  showInFolder(path: string): void;
  openAddress(address: string): Promise<void>;
}
