/** Puts every channel of the contract in place. What a channel does is said in `dispatch.ts`, which needs no Electron. */
import { ipcMain, type WebContents } from 'electron';
import { type CallName, calls, type EventName, type EventPayload, events } from '../../shared/ipc/index.ts';
import { dispatch, type Handlers, type ReportFault } from '../dispatch.ts';
import { isTrustedSender } from './security.ts';

/** One channel per call name; a name outside the contract has no listener at all. Calls that come before the studio is open wait for it. */
export function answerCalls(handlers: Promise<Handlers>, devServer: string | null, report: ReportFault): void {
  for (const name of Object.keys(calls) as CallName[]) {
    ipcMain.handle(`call:${name}`, async (event, input: unknown) => {
      if (!isTrustedSender(event.senderFrame, devServer)) {
        return { ok: false, error: { code: 'foreign_page', message: 'This page may not speak to the studio.' } };
      }
      return dispatch(handlers, name, input, report);
    });
  }
}

/** Tells the page what happened. A payload that does not fit the contract is a fault of ours: reported, never sent. */
export function sendEvent<N extends EventName>(page: WebContents | null, name: N, payload: EventPayload<N>, report: ReportFault): void {
  if (page === null || page.isDestroyed()) return;
  const checked = events[name].safeParse(payload);
  if (checked.success) page.send(`event:${name}`, checked.data);
  else report(`event ${name}`, checked.error);
}
