/** The face of this room: the regions of a subject, and what in them could be scenery seen through glass. */
import type { GlassRegions } from '../../../shared/edit/regions.ts';
import type { Raster } from '../files/raster.ts';
import { extentsOf } from './extents.ts';
import { measureRegions } from './measuring.ts';
import { paneScores } from './panes.ts';
import { proposalsIn } from './proposals.ts';

/**
 * @param guide the photo, reduced, 8 bits
 * @param matte of the same size, 0..1, before any glass was said to be in it
 * @returns null when nothing is there
 */
export async function findRegions(guide: Raster, matte: Float32Array): Promise<GlassRegions | null> {
  const measured = await measureRegions(guide, matte);
  if (measured === null) return null;
  const { tree: bare, merged } = measured;
  const extents = extentsOf(bare.labels, bare.parent, merged.leaves, bare);
  const { scores, unsuspected } = paneScores(measured, extents);
  const tree = { ...bare, pane: scores };
  return { tree, ...proposalsIn({ ...measured, tree }, { extents, unsuspected }) };
}
