/** How a report and its pictures stand, in words. */
import type { Report } from '../../shared/ipc/library.ts';

const megabytes = (bytes: number): string => (bytes < 100_000 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`);

/** Null: no pictures go along. */
export function picturesText({ pictures }: Pick<Report, 'pictures'>): string | null {
  if (pictures === null) return null;
  switch (pictures.state) {
    case 'packing':
      return 'Copies of the pictures are made';
    case 'sending':
      return `Pictures: ${megabytes(pictures.sent)} of ${megabytes(pictures.bytes)} sent`;
    case 'there':
      return 'with its pictures';
    case 'failed':
      return 'without pictures';
  }
}

/** Whether it can be taken back still. */
export const isOpen = ({ state }: Pick<Report, 'state'>): boolean => state === 'waiting' || state === 'open' || state === 'in_progress';
