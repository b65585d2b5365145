import type { Photo, PhotoState } from '../../../shared/ipc/library.ts';

/** A photo's state in words: for screen readers, tooltips and the canvas. */
export const stateWords: Readonly<Record<PhotoState, string>> = {
  original: 'original',
  previewed: 'edited, not applied',
  queued: 'waiting to be applied',
  working: 'being applied',
  applied: 'applied',
  failed: 'failed, not charged',
  reported: 'reported',
  corrected: 'corrected',
  unreadable: 'cannot be read',
  missing: 'file not found',
};

/** "IMG_0042.jpg, applied, reported". */
export function accessibleName(photo: Pick<Photo, 'name' | 'state' | 'reported' | 'progress'>): string {
  const progress = photo.state === 'working' && photo.progress !== undefined ? `, ${Math.round(photo.progress * 100)} percent` : '';
  const reported = photo.reported && photo.state !== 'reported' ? ', reported' : '';
  return `${photo.name}, ${stateWords[photo.state]}${progress}${reported}`;
}
