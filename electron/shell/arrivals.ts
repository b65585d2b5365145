/** What arrives from outside while the app runs: another start of it with files or a link, a link from the system, a click on its icon. */
import { app } from 'electron';
import type { ReturnLink } from '../../shared/return-page.ts';
import type { Handlers, ReportFault } from '../dispatch.ts';
import type { Events } from '../events.ts';
import type { MainWindow } from './main-window.ts';
import { filesFromInstance } from './passed-files.ts';
import type { Quitting } from './quitting.ts';
import { returnLinkIn } from './return-links.ts';

interface ArrivalParts {
  readonly window: MainWindow;
  readonly events: Pick<Events, 'emit'>;
  readonly handlers: Promise<Pick<Handlers, 'library.importPaths'>>;
  readonly quitting: Pick<Quitting, 'hasBegun'>;
  readonly report: ReportFault;
}

/** Listens to the system and brings files and links to the page. */
export class Arrivals {
  readonly #parts: ArrivalParts;

  constructor(parts: ArrivalParts) {
    this.#parts = parts;
  }

  listen(): void {
    const { window, quitting, report } = this.#parts;
    app.on('second-instance', (_event, argv, _folder, data) => {
      // It asks whether the place is free (a rebuilt app in development), or comes too late to be let in.
      if (quitting.hasBegun) return;
      window.show();
      this.comeBack(argv);
      this.bringIn(filesFromInstance(data)).catch((fault) => report('second instance', fault));
    });
    // macOS hands links over this way, to the instance that runs.
    app.on('open-url', (event, url) => {
      event.preventDefault();
      window.show();
      this.comeBack([url]);
    });
    app.on('activate', () => void window.open());
    app.on('window-all-closed', () => {
      if (process.platform !== 'darwin') app.quit();
    });
  }

  /** Imports these files, as soon as the studio is open. */
  async bringIn(paths: readonly string[]): Promise<void> {
    if (paths.length > 0) await (await this.#parts.handlers)['library.importPaths']({ paths: [...paths] });
  }

  /** Tells the page of the link back from a payment, when there is one among the arguments. */
  comeBack(argv: readonly string[]): void {
    const link: ReturnLink | null = returnLinkIn(argv);
    if (link !== null) this.#parts.events.emit('returned', link);
  }
}
