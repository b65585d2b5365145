import { create } from 'zustand';
import type { Settings } from '../../shared/ipc/index.ts';
import type { Problem } from '../../shared/result.ts';
import { call } from '../bridge.ts';

interface SettingsState {
  readonly settings: Settings;
  readonly loaded: boolean;
  readonly problem: Problem | null;
}

const SURROUND_GREY = 96;

/** What the user has set; defaults until it is loaded. */
export const useSettings = create<SettingsState>(() => ({
  settings: { theme: 'system', surround: SURROUND_GREY, outputFolder: '', serverUrl: null },
  loaded: false,
  problem: null,
}));

/** The main process keeps these now. */
export const settingsChanged = (settings: Settings): void => useSettings.setState({ settings, loaded: true, problem: null });

/** Asks for them once; afterwards changes arrive as events. */
export async function loadSettings(): Promise<void> {
  const answer = await call('settings.get', undefined);
  if (answer.ok) settingsChanged(answer.value);
  else useSettings.setState({ problem: answer.error });
}

/** Shows the change at once and takes it back when it could not be kept. */
export async function changeSettings(change: Partial<Settings>): Promise<void> {
  const before = useSettings.getState().settings;
  useSettings.setState({ settings: { ...before, ...change } });
  const answer = await call('settings.set', change);
  if (answer.ok) settingsChanged(answer.value);
  else useSettings.setState({ settings: before, problem: answer.error });
}
