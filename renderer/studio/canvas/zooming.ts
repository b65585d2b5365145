/** Zoom commands, from keys, menu and toolbar alike. The canvas tells here how large it is. */
import { create } from 'zustand';
import type { Size } from '../../../shared/edit/placement.ts';
import { useCanvas } from '../../state/canvas.ts';
import { FIT, fitScale, type Point, panned, zoomedAt } from './viewport.ts';

/** The window of the canvas and the picture in it, in device pixels. */
export const useWindow = create<{ readonly window: Size; readonly picture: Size; readonly margin: number }>(() => ({
  window: { width: 1, height: 1 },
  picture: { width: 1, height: 1 },
  margin: 24,
}));

const STEP = 1.25;

/** The scale that the canvas shows now; 1 is 100%. */
export function currentScale(): number {
  const { window, picture, margin } = useWindow.getState();
  const { zoom } = useCanvas.getState();
  return zoom.kind === 'fit' ? fitScale(window, picture, margin) : zoom.scale;
}

/** Zooms to a scale, the point under `at` staying where it is; absent: the middle of the window. */
export function zoomTo(scale: number, at?: Point): void {
  const { window, picture, margin } = useWindow.getState();
  const middle = { x: window.width / 2, y: window.height / 2 };
  useCanvas.setState((state) => ({ zoom: zoomedAt({ window, picture, zoom: state.zoom, margin }, scale, at ?? middle) }));
}

/** One step nearer or further away. */
export const zoomStep = (direction: 1 | -1, at?: Point): void => zoomTo(currentScale() * (direction > 0 ? STEP : 1 / STEP), at);
/** Back to the whole picture. */
export const zoomFit = (): void => useCanvas.setState({ zoom: FIT });

/** 100%, or back to fitted when it already is. */
export function zoomFull(): void {
  const { zoom } = useCanvas.getState();
  if (zoom.kind === 'free' && Math.abs(zoom.scale - 1) < 0.001) zoomFit();
  else zoomTo(1);
}

/** Moves the picture by so many device pixels. */
export const panBy = (by: Point): void => useCanvas.setState((state) => ({ zoom: panned(useWindow.getState().picture, state.zoom, by) }));
