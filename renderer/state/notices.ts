import { create } from 'zustand';
import type { Notice } from '../../shared/ipc/notices.ts';
import { call } from '../bridge.ts';

/** What the user has to be told once, until it is dismissed. */
export const useNotices = create<{ readonly notices: readonly Notice[] }>(() => ({ notices: [] }));

/** Asks for what the user has to be told. */
export async function loadNotices(): Promise<void> {
  const answer = await call('app.notices', undefined);
  if (answer.ok) useNotices.setState({ notices: answer.value });
}

/** Not shown again. */
export async function dismissNotice(id: string): Promise<void> {
  const answer = await call('app.dismissNotice', { id });
  if (answer.ok) useNotices.setState({ notices: answer.value });
}
