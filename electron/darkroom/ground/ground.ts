/**
 * The ground under a car: wheels, camera and footprint, and the matte without the old shadow. The face of this room.
 *
 * Nothing of the matte is touched where the wheels are not known: geometry decides that a shadow was kept, light only says where the
 * body ends above it.
 */

import type { Ground, Wheel } from '../../../shared/edit/ground.ts';
import type { Size } from '../../../shared/edit/placement.ts';
import type { Stroke } from '../../../shared/edit/recipe.ts';
import type { Raster } from '../files/raster.ts';
import { largestPart } from '../filters/connected.ts';
import { type Camera, cameraOf } from './camera.ts';
import { type CarPicture, carPicture } from './car-picture.ts';
import { type Standing, shadowAt, shadowBeside, shadowBetween } from './clearance.ts';
import { closeTyres, cutLine, dropCrumbs, removeBelow } from './clearing.ts';
import type { Ellipse } from './ellipse.ts';
import { farTyres, footprint, NearEdge, type PicturePoint } from './floor.ts';
import { type Seam, SeamFinder } from './seam.ts';
import { clickShadowAway } from './shadow-click.ts';
import { Tread } from './tread.ts';
import { findWheels, type Hub, overShadow, type WheelPair, wheelsAt } from './wheels.ts';

/** Pairs that score as much stand where the wheels do: of the photographs that were measured no wrong one did. */
export const SURE = 6;
/** Pairs that score as much are worth asking about; below, they are mostly wrong. */
const WORTH_ASKING = 5.4;
/** Bumpers end about so far beyond the axles: the footprint that is kept. */
const OVERHANG_M = 0.95;

/** What a photo shows of wheels, before anybody said anything; made once per photo. */
export interface Survey {
  readonly picture: CarPicture;
  /** The best pair there is, however unsure. */
  readonly found: WheelPair | null;
}

/**
 * @param matte what the network said, bytes of the guide's size
 * @param lens the focal length over the photo's width, as the camera wrote it; null where it did not
 * @returns null when there is no subject
 */
export function surveyGround(guide: Raster, matte: Uint8Array, lens: number | null): Survey | null {
  const picture = carPicture(guide, matte, lens);
  return picture === null ? null : { picture, found: findWheels(picture) };
}

/** A matte whose subject stands on the ground. */
export interface Grounded {
  readonly matte: Uint8Array;
  /** null where no wheels are known, nor any that are worth asking about. */
  readonly ground: Ground | null;
}

/**
 * @param matte as in `surveyGround`; stays as it is
 * @param strokes hubs that were clicked count for more than wheels that were found; `old-shadow` says whether anything is done by itself,
 *   `shadow` where something is, whatever else was said
 */
export function standOnGround(surveyed: Survey | null, matte: Uint8Array, guide: Raster, strokes: readonly Stroke[]): Grounded {
  const standing = surveyed === null ? null : standingOn(surveyed, guide, strokes);
  if (surveyed === null || standing === null) return { matte: clickedAway(matte, guide, strokes, null), ground: null };
  const { picture } = surveyed;
  const { by } = standing;
  const pair = withoutShadow(standing.pair, picture);
  const camera = cameraOf(pair.tyres[0], pair.tyres[1], picture.photo);
  const wish = strokes.findLast((stroke) => stroke.mode === 'old-shadow')?.remove;
  const acts = wish ?? by !== 'unsure';
  const cleared = acts ? clearOldShadow(picture, pair.tyres, camera, { matte, size: guide }) : { matte, removed: false };
  // Wheels that nobody is sure of say nothing of where the floor is.
  const stands = by === 'unsure' && wish !== true ? null : { picture, standing: standingOf(pair.tyres, camera) };
  const clicked = clickedAway(cleared.matte, guide, strokes, stands);
  return { matte: clicked, ground: { ...factsOf(picture, pair, camera, guide), standing: by, shadowRemoved: cleared.removed } };
}

/** Tyres that were taken to end where a shadow does are smaller. */
function withoutShadow(pair: WheelPair, picture: CarPicture): WheelPair {
  const { tyres } = pair;
  const standing = standingOf(tyres, cameraOf(tyres[0], tyres[1], picture.photo));
  return shadowBetween(picture, standing).length > 0 ? overShadow(pair) : pair;
}

const standingOf = (tyres: readonly [Ellipse, Ellipse], camera: Camera): Standing => ({
  edge: new NearEdge(tyres, camera),
  treads: Tread.of(tyres),
  farTreads: Tread.of(farTyres(tyres, camera)),
});

/**
 * Without the shadows that were clicked on: the click is the word that the clearance under a car else has to give, and the same seam draws
 * the line.
 *
 * @param car null: no wheels are known. @returns the same matte where nothing was clicked on
 */
function clickedAway(
  matte: Uint8Array,
  guide: Raster,
  strokes: readonly Stroke[],
  car: { readonly picture: CarPicture; readonly standing: Standing } | null,
): Uint8Array {
  const places = strokes.flatMap((stroke) => (stroke.mode === 'shadow' ? [stroke.at] : []));
  const subject = places.length === 0 ? null : largestPart(matte, guide);
  if (subject === null) return matte;
  const out = matte.slice();
  for (const at of places) {
    if (car === null) clickShadowAway(out, guide, at, subject);
    else cutAround(out, guide, car, hubIn(car.picture, guide, at).x);
  }
  dropCrumbs(out, matte, guide);
  return out;
}

/** Takes the shadow away that a column of the car picture stands in. */
function cutAround(
  out: Uint8Array,
  guide: Raster,
  { picture, standing }: { readonly picture: CarPicture; readonly standing: Standing },
  column: number,
): void {
  const stretch = shadowAt(picture, standing, column);
  if (stretch === null) return;
  const seam = new SeamFinder(picture).find(stretch, standing.edge);
  const { width, height } = guide;
  removeBelow(out, { width, height, frame: picture }, cutLine([seam], standing.treads, picture.size.width), [
    ...standing.treads,
    ...standing.farTreads,
  ]);
}

function standingOn(
  { picture, found }: Survey,
  size: Size,
  strokes: readonly Stroke[],
): { readonly pair: WheelPair; readonly by: Ground['standing'] } | null {
  const hubs = strokes.flatMap((stroke) => (stroke.mode === 'hub' ? [hubIn(picture, size, stroke.at)] : [])).slice(-2);
  const [one, other] = hubs;
  const shown = one === undefined || other === undefined ? null : wheelsAt(picture, [one, other]);
  if (shown !== null) return { pair: shown, by: 'shown' };
  if (found === null || found.score < WORTH_ASKING) return null;
  return { pair: found, by: found.score >= SURE ? 'sure' : 'unsure' };
}

const hubIn = ({ left, top, scale }: CarPicture, { width, height }: Size, [x, y]: readonly [number, number]): Hub => ({
  x: (x * width - left) * scale,
  y: (y * height - top) * scale,
});

/** The matte without what the gate and the seam say is shadow, and with whole tyres. */
function clearOldShadow(
  picture: CarPicture,
  tyres: readonly [Ellipse, Ellipse],
  camera: Camera,
  { matte, size }: { readonly matte: Uint8Array; readonly size: Size },
): { readonly matte: Uint8Array; readonly removed: boolean } {
  const standing = standingOf(tyres, camera);
  const place = { ...size, frame: picture };
  const out = matte.slice();
  const seams = seamsOf(picture, standing);
  if (seams.length > 0) {
    const treads = [...standing.treads, ...standing.farTreads];
    removeBelow(out, place, cutLine(seams, standing.treads, picture.size.width), treads);
    dropCrumbs(out, matte, size);
  }
  closeTyres(out, place, standing.treads);
  return { matte: out, removed: seams.length > 0 };
}

/** A shadow beside the wheels is believed where there is one between them. */
function seamsOf(picture: CarPicture, standing: Standing): Seam[] {
  const between = shadowBetween(picture, standing);
  if (between.length === 0) return [];
  const finder = new SeamFinder(picture);
  return [...between, ...shadowBeside(picture, standing)].map((stretch) => finder.find(stretch, standing.edge));
}

/** In fractions of the photo. */
function factsOf(picture: CarPicture, { tyres, score }: WheelPair, camera: Camera, { width, height }: Size) {
  const fraction = ({ x, y }: PicturePoint): [number, number] => [
    (picture.left + x / picture.scale) / width,
    (picture.top + y / picture.scale) / height,
  ];
  const wheel = (tyre: Ellipse): Wheel => ({
    at: fraction(tyre),
    halfAxes: [(tyre.aspect * tyre.radius) / picture.scale / width, tyre.radius / picture.scale / height],
    lean: tyre.lean,
  });
  const four = (overhangM: number): Ground['footprint'] => {
    const [a, b, c, d] = footprint(tyres, camera, overhangM);
    return [fraction(a), fraction(b), fraction(c), fraction(d)];
  };
  return {
    wheels: [wheel(tyres[0]), wheel(tyres[1])] as Ground['wheels'],
    score,
    camera: {
      horizon: fraction({ x: 0, y: camera.horizon })[1],
      eyeMetres: camera.eyeM,
      focal: camera.focal / picture.photo.width,
    },
    contacts: four(0),
    footprint: four(OVERHANG_M),
  };
}
