/** The end of the app: what is open is closed in order, once, before Electron may quit. */
import { app } from 'electron';
import type { ReportFault } from '../dispatch.ts';

/** Makes the app wait with its end until everything is closed. */
export class Quitting {
  readonly #steps: readonly (() => Promise<unknown>)[];
  readonly #report: ReportFault;
  #closing: Promise<void> | null = null;

  /** @param steps done one after the other; one that fails is reported and keeps no other from being done */
  constructor(steps: readonly (() => Promise<unknown>)[], report: ReportFault) {
    this.#steps = steps;
    this.#report = report;
  }

  get hasBegun(): boolean {
    return this.#closing !== null;
  }

  /** From now on quitting waits for the steps. */
  listen(): void {
    app.on('before-quit', (event) => {
      if (this.#closing !== null || !app.isReady()) return;
      event.preventDefault();
      this.#closing = this.#closeAll().finally(() => app.quit());
    });
  }

  async #closeAll(): Promise<void> {
    for (const close of this.#steps) await close().catch((fault: unknown) => this.#report('quit', fault));
  }
}
