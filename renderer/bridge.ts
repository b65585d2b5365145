/** The renderer's one door to the app. Every call answers a Result; a broken channel is a problem like any other. */
import type { CallInput, CallName, CallOutput, EventName, EventPayload } from '../shared/ipc/index.ts';
import { fail, type Result } from '../shared/result.ts';

/** Calls the main process. Never throws: a channel that breaks is `bridge_failed`, and the outcome is then not known here. */
export async function call<N extends CallName>(name: N, input: CallInput<N>): Promise<Result<CallOutput<N>>> {
  try {
    return await window.backlot.call(name, input);
  } catch (error) {
    return fail({
      code: 'bridge_failed',
      message:
        `The studio did not answer (${name}), so whether this was carried out is not known here. Nothing is ordered or charged twice under one number: look at History before you ask for it again. If it stays like this, restart Backlot. ${error instanceof Error ? error.message : ''}`.trim(),
    });
  }
}

/** Listens to an event; returns what stops listening. */
export const on = <N extends EventName>(name: N, listener: (payload: EventPayload<N>) => void): (() => void) =>
  window.backlot.on(name, listener);

/** Where a dropped or chosen file lies on the disk; '' for one that lies on none. */
export const pathOf = (file: File): string => window.backlot.pathOf(file);
