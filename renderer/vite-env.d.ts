/// <reference types="vite/client" />
import type { BacklotBridge } from '../shared/ipc/index.ts';

declare global {
  interface Window {
    /** Put there by the preload; the renderer's only door to the rest of the app. */
    readonly backlot: BacklotBridge;
  }
}
