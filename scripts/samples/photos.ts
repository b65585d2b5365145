/** The sample photos: which subject in which room, seen from where, in which colours. */
export interface SamplePhoto {
  readonly name: string;
  /** The shaders that draw the subject, and what is around it. */
  readonly subject: 'car' | 'bottle' | 'chair' | 'motorcycle' | 'wineglass' | 'bust';
  readonly room: 'workshop' | 'kitchen' | 'parlour' | 'road';
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
  /** What the subject itself can vary (its own uniforms). */
  readonly look: Readonly<Record<string, readonly number[]>>;
  /** Where it is kept, from the root of the project. */
  readonly folder: string;
}

const SHIPPED = 'resources/samples';
/** Cars whose panes one sees through: exact truth for glass. */
const FOR_TESTS = 'test/fixtures/glass';
/** What mattes are judged by and the product does not show; rendered with `--samples 6`. */
const FOR_QUALITY = 'test/fixtures/subjects';

/** Those that ship with the app. */
export const photos: readonly SamplePhoto[] = [
  {
    name: 'bottle-olive-oil',
    subject: 'bottle',
    room: 'kitchen',
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
    subject: 'car',
    room: 'workshop',
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
    subject: 'car',
    room: 'workshop',
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
    subject: 'chair',
    room: 'parlour',
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
    subject: 'bottle',
    room: 'kitchen',
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
    subject: 'chair',
    room: 'parlour',
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
    subject: 'car',
    room: 'workshop',
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
    subject: 'chair',
    room: 'parlour',
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
    subject: 'car',
    room: 'workshop',
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
    subject: 'car',
    room: 'workshop',
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

/** What is hard to cut out: dark tyres on a dark road, spokes, glass, hair. */
export const forQuality: readonly SamplePhoto[] = [
  {
    name: 'car-road',
    subject: 'car',
    room: 'road',
    width: 720,
    height: 480,
    eye: [4.6, 1.45, 5.6],
    target: [-0.1, 0.6, 0],
    focal: 46,
    lens: 0.008,
    focus: 6.2,
    exposure: 0.6,
    look: { uPaint: [0.05, 0.056, 0.062], uPane: [0.86] },
    folder: FOR_QUALITY,
  },
  {
    name: 'motorcycle-red',
    subject: 'motorcycle',
    room: 'workshop',
    width: 720,
    height: 480,
    eye: [1.5, 1.05, 3.9],
    target: [-0.03, 0.56, 0],
    focal: 63,
    lens: 0.006,
    focus: 3.9,
    exposure: 0.55,
    look: { uPaint: [0.3, 0.02, 0.02] },
    folder: FOR_QUALITY,
  },
  {
    name: 'wineglass-red',
    subject: 'wineglass',
    room: 'kitchen',
    width: 480,
    height: 720,
    eye: [-0.06, 0.235, 0.72],
    target: [0.0, 0.113, 0],
    focal: 80,
    lens: 0.005,
    focus: 0.72,
    exposure: 0.7,
    look: { uPane: [0.94] },
    folder: FOR_QUALITY,
  },
  {
    name: 'hair-copper',
    subject: 'bust',
    room: 'kitchen',
    width: 600,
    height: 800,
    eye: [0.28, 0.42, 1.35],
    target: [0.0, 0.29, 0],
    focal: 68,
    lens: 0.006,
    focus: 1.3,
    exposure: 0.75,
    look: {},
    folder: FOR_QUALITY,
  },
];
