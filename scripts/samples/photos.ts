/** The sample photos: which scene, seen from where, in which colours. */
export interface SamplePhoto {
  readonly name: string;
  readonly scene: 'car' | 'bottle' | 'chair';
  readonly width: number;
  readonly height: number;
  readonly eye: readonly [number, number, number];
  readonly target: readonly [number, number, number];
  /** Focal length in millimetres on a 36 mm frame. */
  readonly focal: number;
  /** Radius of the lens in metres, and the distance that is sharp. */
  readonly lens: number;
  readonly focus: number;
  /** Stops. */
  readonly exposure: number;
  /** What the scene itself can vary (its own uniforms). */
  readonly look: Readonly<Record<string, readonly number[]>>;
  /** Where it is kept, from the root of the project. */
  readonly folder: string;
}

const SHIPPED = 'resources/samples';
/** Cars whose panes one sees through: exact truth for glass. */
const FOR_TESTS = 'test/fixtures/glass';

/** Those that ship with the app. */
export const photos: readonly SamplePhoto[] = [
  {
    name: 'bottle-olive-oil',
    scene: 'bottle',
    width: 1200,
    height: 1800,
    eye: [0.05, 0.3, 0.98],
    target: [0.0, 0.158, 0],
    focal: 75,
    lens: 0.006,
    focus: 0.96,
    exposure: 0.7,
    look: { uTone: [26, 13, 95], uLook: [0] },
    folder: SHIPPED,
  },
  {
    name: 'car-workshop',
    scene: 'car',
    width: 1800,
    height: 1200,
    eye: [4.5, 1.5, 5.5],
    target: [-0.05, 0.62, 0],
    focal: 46,
    lens: 0.008,
    focus: 6.1,
    exposure: 0.45,
    look: { uPaint: [0.03, 0.085, 0.17] },
    folder: SHIPPED,
  },
  {
    name: 'car-side',
    scene: 'car',
    width: 1800,
    height: 1200,
    eye: [0.9, 1.25, 7.4],
    target: [0, 0.66, 0],
    focal: 48,
    lens: 0.008,
    focus: 6.6,
    exposure: 0.45,
    look: { uPaint: [0.42, 0.43, 0.44] },
    folder: SHIPPED,
  },
  {
    name: 'chair-oak',
    scene: 'chair',
    width: 1500,
    height: 1500,
    eye: [1.25, 1.1, 2.35],
    target: [0, 0.43, -0.03],
    focal: 60,
    lens: 0.008,
    focus: 2.55,
    exposure: 0.65,
    look: { uWool: [0.07, 0.16, 0.15], uOak: [0.42, 0.27, 0.15] },
    folder: SHIPPED,
  },
  {
    name: 'bottle-vinegar',
    scene: 'bottle',
    width: 1200,
    height: 1800,
    eye: [-0.22, 0.26, 0.86],
    target: [0.01, 0.135, 0],
    focal: 72,
    lens: 0.006,
    focus: 0.87,
    exposure: 0.7,
    look: { uTone: [18, 62, 120], uLook: [1] },
    folder: SHIPPED,
  },
  {
    name: 'chair-cognac',
    scene: 'chair',
    width: 1500,
    height: 1500,
    eye: [-0.85, 0.95, 2.6],
    target: [0, 0.44, -0.03],
    focal: 60,
    lens: 0.008,
    focus: 2.6,
    exposure: 0.65,
    look: { uWool: [0.5, 0.24, 0.06], uOak: [0.16, 0.09, 0.05] },
    folder: SHIPPED,
  },
];

/** Other poses, in no folder of the product: two of the photos by which the eight-bit network's ranges are measured. */
export const forRanges: readonly SamplePhoto[] = [
  {
    name: 'ranges-car',
    scene: 'car',
    width: 960,
    height: 640,
    eye: [-4.3, 1.7, 4.6],
    target: [0.05, 0.6, 0],
    focal: 42,
    lens: 0.008,
    focus: 5.6,
    exposure: 0.6,
    look: { uPaint: [0.36, 0.03, 0.025] },
    folder: SHIPPED,
  },
  {
    name: 'ranges-chair',
    scene: 'chair',
    width: 800,
    height: 800,
    eye: [1.7, 1.35, 1.7],
    target: [0, 0.4, 0],
    focal: 50,
    lens: 0.008,
    focus: 2.5,
    exposure: 0.5,
    look: { uWool: [0.55, 0.5, 0.42], uOak: [0.1, 0.06, 0.035] },
    folder: SHIPPED,
  },
  {
    name: 'car-panes-side',
    scene: 'car',
    width: 660,
    height: 440,
    eye: [0.5, 1.2, 7.4],
    target: [0, 0.7, 0],
    focal: 50,
    lens: 0.004,
    focus: 6.6,
    exposure: 0.45,
    look: { uPaint: [0.3, 0.02, 0.025], uPane: [0.86] },
    folder: FOR_TESTS,
  },
  {
    name: 'car-panes-quarter',
    scene: 'car',
    width: 660,
    height: 440,
    eye: [4.2, 1.45, 5.7],
    target: [-0.05, 0.66, 0],
    focal: 46,
    lens: 0.004,
    focus: 6.1,
    exposure: 0.45,
    look: { uPaint: [0.42, 0.43, 0.44], uPane: [0.86] },
    folder: FOR_TESTS,
  },
];
