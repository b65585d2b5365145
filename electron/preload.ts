/** Puts the bridge of the ipc contract on `window.backlot`, and nothing else. Runs sandboxed. */
import { contextBridge, ipcRenderer, webUtils } from 'electron';
import type { BacklotBridge, CallName, CallOutput, EventName, EventPayload } from '../shared/ipc/index.ts';
import type { Result } from '../shared/result.ts';

const bridge: BacklotBridge = {
  call: <N extends CallName>(name: N, input: unknown) => ipcRenderer.invoke(`call:${name}`, input) as Promise<Result<CallOutput<N>>>,
  on<N extends EventName>(name: N, listener: (payload: EventPayload<N>) => void) {
    // The main process has parsed the payload against the contract of this name.
    const receive = (_event: unknown, payload: unknown): void => listener(payload as EventPayload<N>);
    ipcRenderer.on(`event:${name}`, receive);
    return () => void ipcRenderer.removeListener(`event:${name}`, receive);
  },
  pathOf: (file) => webUtils.getPathForFile(file),
};

contextBridge.exposeInMainWorld('backlot', bridge);
