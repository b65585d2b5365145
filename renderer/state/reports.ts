/** Reports as the main process last told; null until it has. */
import { create } from 'zustand';
import type { Report } from '../../shared/ipc/library.ts';
import type { Problem } from '../../shared/result.ts';
import { call } from '../bridge.ts';

interface ReportsState {
  readonly reports: readonly Report[] | null;
  readonly problem: Problem | null;
}

/** Faults that were reported; null: not asked yet. */
export const useReports = create<ReportsState>(() => ({ reports: null, problem: null }));

/** Replaces all of them. */
export const reportsChanged = (reports: readonly Report[]): void => useReports.setState({ reports, problem: null });

/** Asks for all of them, newest first. */
export async function loadReports(): Promise<void> {
  const answer = await call('reports.list', undefined);
  if (answer.ok) reportsChanged(answer.value);
  else useReports.setState({ problem: answer.error });
}
