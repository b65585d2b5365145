/** Where the machine's power comes from, as the system says it. */
import { powerMonitor } from 'electron';
import type { Power } from '../studio/port.ts';

/** Once Electron is ready. A machine without a battery is never on it. */
export const systemPower = (): Power => ({
  isOnBattery: () => powerMonitor.isOnBatteryPower(),
  onChange(listener) {
    powerMonitor.on('on-battery', listener);
    powerMonitor.on('on-ac', listener);
  },
});
