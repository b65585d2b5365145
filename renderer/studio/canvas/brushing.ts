/**
 * Brush strokes painted on the cut-out at once, until the darkroom's own matte with them arrives.
 * Works on a copy of the cut-out at a size that the eye cannot tell from the preview.
 */
import { type BrushStroke, GLASS_TINT, type GlassStroke } from '../../../shared/edit/recipe.ts';
import { type RegionTree, regionMask, regionsOf } from '../../../shared/edit/regions.ts';
import type { DrawnStroke } from '../../state/previews.ts';
import { displayShare } from './panes.ts';
import { levelFor, type Picture } from './pictures.ts';
import { SnapMasks } from './snap-masks.ts';

const WORK_EDGE = 1600;
/** How many rings a feathered edge is drawn with. */
const RINGS = 8;

type Context = OffscreenCanvasRenderingContext2D;

const surface = (width: number, height: number): Context => {
  const context = new OffscreenCanvas(width, height).getContext('2d');
  if (context === null) throw new Error('No drawing surface.');
  return context;
};

/**
 * Draws one stroke as coverage (alpha). The feather is made of rings of growing width, each over the whole path, so that
 * a path that crosses itself is not covered twice.
 */
function paintCoverage(context: Context, stroke: BrushStroke, width: number, height: number): void {
  const radius = stroke.radius * Math.max(width, height);
  const path = new Path2D();
  const [first, ...rest] = stroke.points;
  if (first === undefined) return;
  path.moveTo(first[0] * width, first[1] * height);
  // A dot is a line of no length: a tiny one makes the round cap appear.
  if (rest.length === 0) path.lineTo(first[0] * width + 0.01, first[1] * height);
  for (const [x, y] of rest) path.lineTo(x * width, y * height);
  context.lineCap = 'round';
  context.lineJoin = 'round';
  let covered = 0;
  for (let ring = 0; ring < RINGS; ring++) {
    const t = (ring + 1) / RINGS;
    // From the rim (nothing) inwards to the hard core (everything).
    const wanted = t * t * (3 - 2 * t);
    context.globalAlpha = covered >= 1 ? 1 : (wanted - covered) / (1 - covered);
    context.lineWidth = 2 * radius * (1 - t * (1 - stroke.hardness));
    context.stroke(path);
    covered = wanted;
  }
  context.globalAlpha = 1;
}

/** Where strokes of glass are found, and what they let through; a tree of null: they are not drawn before the darkroom has. */
interface GlassSeen {
  readonly tree: RegionTree | null;
  readonly tint: number | undefined;
}

/** One cut-out with the strokes that its matte does not have yet. */
export class BrushedCutout {
  readonly #committed: Context;
  readonly #shown: Context;
  readonly #layer: Context;
  readonly #original: Picture;
  #masks: SnapMasks | null = null;
  #done: readonly DrawnStroke[] = [];
  readonly cutout: Picture;

  constructor(cutout: Picture, original: Picture) {
    const k = Math.min(1, WORK_EDGE / Math.max(cutout.width, cutout.height));
    const width = Math.max(1, Math.round(cutout.width * k));
    const height = Math.max(1, Math.round(cutout.height * k));
    this.cutout = cutout;
    this.#original = original;
    this.#committed = surface(width, height);
    this.#shown = surface(width, height);
    this.#layer = surface(width, height);
    this.#committed.drawImage(levelFor(cutout, width), 0, 0, width, height);
  }

  /** The cut-out with these strokes and the one being drawn. Strokes that were painted before are not painted again. */
  with(strokes: readonly DrawnStroke[], drawing: DrawnStroke | null, glass: GlassSeen): CanvasImageSource {
    for (const stroke of strokes) if (!this.#done.includes(stroke)) this.#draw(this.#committed, stroke, glass);
    this.#done = strokes;
    if (drawing === null) return this.#committed.canvas;
    const { width, height } = this.#shown.canvas;
    this.#shown.globalCompositeOperation = 'copy';
    this.#shown.drawImage(this.#committed.canvas, 0, 0, width, height);
    this.#draw(this.#shown, drawing, glass);
    return this.#shown.canvas;
  }

  #draw(onto: Context, stroke: DrawnStroke, glass: GlassSeen): void {
    if (stroke.mode === 'glass') this.#open(onto, stroke, glass);
    else this.#paint(onto, stroke);
  }

  /** Opens a hole and tints it: what the darkroom does, but for rims and highlights. */
  #open(onto: Context, stroke: GlassStroke, { tree, tint }: GlassSeen): void {
    const regions = tree === null ? [] : regionsOf(tree, stroke);
    if (tree === null || regions.length === 0) return;
    const { width, height } = onto.canvas;
    const mask = surface(tree.width, tree.height);
    const pixels = mask.createImageData(tree.width, tree.height);
    for (const [i, inside] of regionMask(tree, regions).entries()) pixels.data[4 * i + 3] = 255 * inside;
    mask.putImageData(pixels, 0, 0);
    const { box } = tree;
    const lay = (): void => onto.drawImage(mask.canvas, box.x * width, box.y * height, box.width * width, box.height * height);
    onto.globalCompositeOperation = 'destination-out';
    lay();
    if (stroke.hole === true) return;
    onto.globalCompositeOperation = 'destination-over';
    onto.globalAlpha = 1 - displayShare(tint ?? GLASS_TINT.usual);
    lay();
    onto.globalAlpha = 1;
  }

  /** Draws a stroke as coverage (alpha). */
  #cover(onto: Context, stroke: BrushStroke): void {
    const { width, height } = onto.canvas;
    if (stroke.snap !== true) {
      paintCoverage(onto, stroke, width, height);
      return;
    }
    this.#masks ??= new SnapMasks(this.#original);
    onto.drawImage(this.#masks.of(stroke), 0, 0, width, height);
  }

  #paint(onto: Context, stroke: BrushStroke): void {
    const { width, height } = onto.canvas;
    if (stroke.mode === 'erase') {
      onto.globalCompositeOperation = 'destination-out';
      this.#cover(onto, stroke);
      return;
    }
    const layer = this.#layer;
    layer.globalCompositeOperation = 'source-over';
    layer.clearRect(0, 0, width, height);
    this.#cover(layer, stroke);
    layer.globalCompositeOperation = 'source-in';
    layer.drawImage(levelFor(this.#original, width), 0, 0, width, height);
    onto.globalCompositeOperation = 'source-over';
    onto.drawImage(layer.canvas, 0, 0);
  }
}
