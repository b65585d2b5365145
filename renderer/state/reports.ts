/** Reports as the main process last told; null until it has. */
import { create } from 'zustand';
import type { Report } from '../../shared/ipc/library.ts';
import type { Problem } from '../../shared/result.ts';
import { call } from '../bridge.ts';

interface ReportsState {
  readonly reports: readonly Report[] | null;
  readonly problem: Problem | null;
}

export const useReports = create<ReportsState>(() => ({ reports: null, problem: null }));

export const reportsChanged = (reports: readonly Report[]): void => useReports.setState({ reports, problem: null });

export async function loadReports(): Promise<void> {
  const answer = await call('reports.list', undefined);
  if (answer.ok) reportsChanged(answer.value);
  else useReports.setState({ problem: answer.error });
}
