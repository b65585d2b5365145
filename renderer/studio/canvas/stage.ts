/**
 * Draws the canvas: what the photo is now, what it was before, or both sides of a handle. Draws only when something changed,
 * once per frame, at device resolution.
 */
import { coverFit, type Size } from '../../../shared/edit/placement.ts';
import { GLASS_TINT, type Recipe } from '../../../shared/edit/recipe.ts';
import type { Rect } from '../../../shared/edit/rect.ts';
import type { Place, RegionTree } from '../../../shared/edit/regions.ts';
import { pictureUrl } from '../../../shared/ipc/index.ts';
import type { Photo, Preview } from '../../../shared/ipc/library.ts';
import type { DrawnStroke } from '../../state/previews.ts';
import { Backdrops } from './backdrops.ts';
import { BrushedCutout } from './brushing.ts';
import type { Composition } from './composing.ts';
import { Panes } from './panes.ts';
import { levelFor, type Picture, Pictures } from './pictures.ts';
import { Shadows } from './shadows.ts';
import type { Applied } from './useApplied.ts';
import { containFit, toWindow } from './viewport.ts';

/** The longest side of every preview picture (see pictureUrl). */
const PREVIEW_EDGE = 2560;
/** Larger photos would take more memory than looking closely is worth. */
const LARGEST_FULL = 80_000_000;

interface StageInput {
  readonly photo: Photo;
  readonly preview: Preview | null;
  readonly recipe: Recipe;
  readonly composition: Composition;
  /** The picture's rectangle in device pixels of the canvas. */
  readonly frame: Rect;
  /** Fraction of the frame left of which the original is drawn: 0 only the result, 1 only the original. */
  readonly before: number;
  readonly applied: Applied;
  /** Strokes that the cut-out does not hold yet. */
  readonly pending: readonly DrawnStroke[];
  /** Where strokes of glass are found; null while nobody asked. */
  readonly regions: RegionTree | null;
  readonly drawing: DrawnStroke | null;
  /** While brushing, the photo shines through faintly, so that one sees what can be kept. */
  readonly ghost: boolean;
}

/** What the frame that was just drawn shows, and whether a better one follows. */
export interface Drawn {
  /** The cut-out stands before its background. */
  readonly cutout: boolean;
  /** The photo cannot be shown. */
  readonly failed: boolean;
  /** A better picture, a sharper background or the shadow is still to come. */
  readonly busy: boolean;
}

/** Draws on one canvas element; `onDrawn` is called after every frame. */
export class Stage {
  readonly #context: CanvasRenderingContext2D;
  readonly #pictures = new Pictures(() => this.invalidate());
  readonly #backdrops = new Backdrops(() => this.invalidate());
  readonly #shadows = new Shadows(() => this.invalidate());
  readonly #panes = new Panes();
  #brushed: BrushedCutout | null = null;
  #shown: { readonly photoId: string; readonly revision: number } | null = null;
  #scratch: OffscreenCanvasRenderingContext2D | null = null;
  #input: StageInput | null = null;
  #frame = 0;
  #checks: CanvasPattern | null = null;
  readonly #onDrawn: (drawn: Drawn) => void;

  constructor(canvas: HTMLCanvasElement, onDrawn: (drawn: Drawn) => void) {
    const context = canvas.getContext('2d', { alpha: true });
    if (context === null) throw new Error('No drawing surface.');
    this.#context = context;
    this.#onDrawn = onDrawn;
  }

  show(input: StageInput | null): void {
    this.#input = input;
    this.invalidate();
  }

  /** Loads a neighbour's pictures before it is looked at. */
  prefetch(photo: Photo): void {
    this.#pictures.get(pictureUrl('original', photo.id, photo.revision));
  }

  /** Whether the cut-out covers a place of the photo, as far as it was drawn; null before. */
  covers(photo: Photo, [x, y]: Place): boolean | null {
    const picture = this.#shown?.photoId === photo.id ? this.#pictures.get(pictureUrl('cutout', photo.id, this.#shown.revision)) : null;
    const level = picture?.levels.at(-1);
    const probe = new OffscreenCanvas(1, 1).getContext('2d');
    if (level === undefined || probe === null) return null;
    probe.drawImage(level, -Math.floor(x * level.width), -Math.floor(y * level.height));
    return (probe.getImageData(0, 0, 1, 1).data[3] ?? 0) >= 128;
  }

  retry(): void {
    this.#pictures.retry();
  }

  invalidate(): void {
    if (this.#frame === 0) this.#frame = requestAnimationFrame(() => this.#draw());
  }

  close(): void {
    cancelAnimationFrame(this.#frame);
    this.#pictures.close();
    this.#shadows.close();
  }

  #draw(): void {
    this.#frame = 0;
    const context = this.#context;
    const input = this.#input;
    const { width, height } = context.canvas;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, width, height);
    if (input === null) return;
    context.imageSmoothingQuality = 'medium';
    const { frame, before } = input;
    const split = Math.round(frame.x + frame.width * before);
    let cutout = false;
    if (before < 1) cutout = this.#clipped({ ...frame, x: split, width: frame.x + frame.width - split }, () => this.#drawAfter(input));
    if (before > 0) this.#clipped({ ...frame, width: split - frame.x }, () => this.#drawPhoto(input, 'original'));
    this.#onDrawn({
      cutout,
      failed: this.#pictures.failed(pictureUrl('original', input.photo.id, input.photo.revision)),
      busy: this.#pictures.busy || this.#backdrops.busy || this.#shadows.busy,
    });
  }

  #clipped<T>(to: Rect, draw: () => T): T {
    const context = this.#context;
    context.save();
    context.beginPath();
    context.rect(to.x, to.y, to.width, to.height);
    context.clip();
    const drawn = draw();
    context.restore();
    return drawn;
  }

  #drawPhoto({ photo, frame }: StageInput, kind: 'original' | 'current'): void {
    const wantsFull = kind === 'current' || photo.currentVersionId === null;
    const picture =
      (wantsFull ? this.#full(photo, frame.width) : null) ??
      this.#pictures.get(pictureUrl(kind, photo.id, photo.revision)) ??
      this.#pictures.get(pictureUrl('thumb', photo.id, photo.revision));
    if (picture !== null) this.#drawLevel(picture, containFit(picture, frame));
  }

  /** True once the cut-out stands before its background. */
  #drawAfter(input: StageInput): boolean {
    const { photo, preview, recipe, composition, frame } = input;
    if (input.applied === 'corrected') {
      this.#drawPhoto(input, 'current');
      return true;
    }
    const result = input.applied === 'rendered' ? this.#full(photo, frame.width) : null;
    if (recipe.background?.kind === 'transparent') this.#drawChecks(frame);
    if (result !== null) {
      this.#drawLevel(result, frame);
      return true;
    }
    if (recipe.background === null) {
      this.#drawPhoto(input, input.photo.currentVersionId === null ? 'original' : 'current');
      this.#drawLogo(input);
      return false;
    }
    const cutout = preview === null ? null : this.#cutoutOf(photo.id, preview.matteRevision);
    const background = this.#background(input);
    if (cutout === null || background === null) {
      // The old picture stays until the new one is complete: nothing half done is shown.
      this.#drawPhoto(input, photo.currentVersionId === null ? 'original' : 'current');
      return false;
    }
    background();
    const at = toWindow(frame, composition.scene.photo);
    if (input.ghost) this.#drawGhost(input, at);
    const shadow = this.#shadows.get({
      photoId: photo.id,
      revision: cutout.revision,
      cutout: cutout.picture,
      canvas: composition.scene.canvas,
      photo: composition.scene.photo,
      shadow: recipe.shadow,
    });
    if (shadow !== null) this.#place(shadow.bitmap, toWindow(frame, shadow.at));
    const glass = preview?.glass === true ? this.#pictures.get(pictureUrl('glass', photo.id, cutout.revision)) : null;
    if (glass !== null) this.#panes.draw(this.#context, glass, at, recipe.glassTint ?? GLASS_TINT.usual);
    const subject = this.#brushedCutout(input, cutout.picture) ?? levelFor(cutout.picture, at.width);
    this.#place(subject, at);
    const original = photo.currentVersionId === null ? this.#full(photo, at.width) : null;
    if (original !== null) this.#drawInside(original, subject, at);
    this.#drawLogo(input);
    return true;
  }

  /** The cut-out of this revision; while it is loading, the one of the same photo that was drawn before, so that nothing flashes. */
  #cutoutOf(photoId: string, revision: number): { readonly picture: Picture; readonly revision: number } | null {
    const wanted = this.#pictures.get(pictureUrl('cutout', photoId, revision));
    if (wanted !== null) {
      this.#shown = { photoId, revision };
      return { picture: wanted, revision };
    }
    if (this.#shown?.photoId !== photoId || this.#shown.revision === revision) return null;
    const before = this.#pictures.get(pictureUrl('cutout', photoId, this.#shown.revision));
    return before === null ? null : { picture: before, revision: this.#shown.revision };
  }

  /** How to draw the background; null while it is not there. */
  #background({ recipe, composition, frame }: StageInput): (() => void) | null {
    const { background } = recipe;
    if (background === null) return null;
    if (background.kind === 'transparent') return () => this.#drawChecks(frame);
    if (background.kind === 'built-in') {
      const bitmap = this.#backdrops.get(background, composition.scene.canvas, frame);
      return bitmap === null ? null : () => this.#place(bitmap, frame);
    }
    const picture = this.#pictures.get(pictureUrl('asset', background.fileId));
    return picture === null ? null : () => this.#drawCovering(picture, composition.scene.canvas, frame);
  }

  /** What stands for nothing: the checks every editor shows, of one size on every screen. */
  #drawChecks(frame: Rect): void {
    const context = this.#context;
    this.#checks ??= context.createPattern(checkTile(), 'repeat');
    if (this.#checks === null) return;
    this.#checks.setTransform(new DOMMatrix().translate(Math.round(frame.x), Math.round(frame.y)).scale(devicePixelRatio));
    context.fillStyle = this.#checks;
    context.fillRect(frame.x, frame.y, frame.width, frame.height);
  }

  #drawCovering(picture: Picture, canvas: Size, frame: Rect): void {
    const part = coverFit(picture, canvas);
    const level = levelFor(picture, frame.width / part.width);
    this.#context.drawImage(
      level,
      part.x * level.width,
      part.y * level.height,
      part.width * level.width,
      part.height * level.height,
      frame.x,
      frame.y,
      frame.width,
      frame.height,
    );
  }

  /**
   * The photo's current picture at full resolution, once a preview would have to be blown up for it.
   * Null while it loads, when it is not needed, and when it is too large to be kept.
   */
  #full(photo: Photo, drawnWidth: number): Picture | null {
    if (Math.max(photo.width, photo.height) <= PREVIEW_EDGE || photo.width * photo.height > LARGEST_FULL) return null;
    const previewWidth = photo.width * (PREVIEW_EDGE / Math.max(photo.width, photo.height));
    return drawnWidth <= previewWidth * 1.05 ? null : this.#pictures.get(pictureUrl('full', photo.id, photo.revision), 'one');
  }

  /**
   * The sharp photo where the subject is surely itself. Its edge stays that of the cut-out, whose colours are free of the
   * old background: multiplying the cut-out's alpha three times leaves the edge out.
   */
  #drawInside(picture: Picture, subject: CanvasImageSource, at: Rect): void {
    const { width, height } = this.#context.canvas;
    if (this.#scratch === null || this.#scratch.canvas.width !== width || this.#scratch.canvas.height !== height)
      this.#scratch = new OffscreenCanvas(width, height).getContext('2d');
    const scratch = this.#scratch;
    if (scratch === null) return;
    scratch.globalCompositeOperation = 'copy';
    scratch.drawImage(levelFor(picture, at.width), at.x, at.y, at.width, at.height);
    scratch.globalCompositeOperation = 'destination-in';
    for (let times = 0; times < 3; times++) scratch.drawImage(subject, at.x, at.y, at.width, at.height);
    this.#context.drawImage(scratch.canvas, 0, 0);
  }

  #drawGhost({ photo }: StageInput, at: Rect): void {
    const picture = this.#pictures.get(pictureUrl('original', photo.id, photo.revision));
    if (picture === null) return;
    this.#context.globalAlpha = 0.32;
    this.#drawLevel(picture, at);
    this.#context.globalAlpha = 1;
  }

  #drawLogo({ recipe, composition, frame }: StageInput): void {
    if (recipe.logo === null || composition.logo === null) return;
    const picture = this.#pictures.get(pictureUrl('asset', recipe.logo.fileId));
    if (picture === null) return;
    this.#context.globalAlpha = recipe.logo.opacity;
    this.#drawLevel(picture, toWindow(frame, composition.logo));
    this.#context.globalAlpha = 1;
  }

  #brushedCutout({ photo, recipe, pending, drawing, regions }: StageInput, cutout: Picture): CanvasImageSource | null {
    if (pending.length === 0 && drawing === null) {
      this.#brushed = null;
      return null;
    }
    const original = this.#pictures.get(pictureUrl('original', photo.id, photo.revision));
    if (original === null) return null;
    if (this.#brushed === null || this.#brushed.cutout !== cutout) this.#brushed = new BrushedCutout(cutout, original);
    return this.#brushed.with(pending, drawing, { tree: regions, tint: recipe.glassTint });
  }

  #drawLevel(picture: Picture, at: Rect): void {
    this.#place(levelFor(picture, at.width), at);
  }

  #place(image: CanvasImageSource, at: Rect): void {
    this.#context.drawImage(image, at.x, at.y, at.width, at.height);
  }
}

const CHECK_PX = 10;

/** Two by two checks. */
function checkTile(): OffscreenCanvas {
  const tile = new OffscreenCanvas(2 * CHECK_PX, 2 * CHECK_PX);
  const context = tile.getContext('2d');
  if (context === null) return tile;
  context.fillStyle = '#f0f0f0';
  context.fillRect(0, 0, 2 * CHECK_PX, 2 * CHECK_PX);
  context.fillStyle = '#cfcfcf';
  context.fillRect(0, 0, CHECK_PX, CHECK_PX);
  context.fillRect(CHECK_PX, CHECK_PX, CHECK_PX, CHECK_PX);
  return tile;
}
