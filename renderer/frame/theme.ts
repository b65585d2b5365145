import { useSyncExternalStore } from 'react';
import type { Settings } from '../../shared/ipc/index.ts';

const light = window.matchMedia('(prefers-color-scheme: light)');
const contrast = window.matchMedia('(prefers-contrast: more)');

const listen = (changed: () => void): (() => void) => {
  light.addEventListener('change', changed);
  contrast.addEventListener('change', changed);
  return () => {
    light.removeEventListener('change', changed);
    contrast.removeEventListener('change', changed);
  };
};

/** The theme to draw: the chosen one, or what the system asks for. */
export function useTheme(chosen: Settings['theme']): 'dark' | 'light' | 'contrast' {
  const system = useSyncExternalStore(listen, () => (contrast.matches ? 'contrast' : light.matches ? 'light' : 'dark'));
  return chosen === 'system' ? system : chosen;
}
