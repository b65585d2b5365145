/** Hostile picture files, each from its seed: a good picture, what is done to it, and the name it goes by. */
import { anyBreaks, type Breaks } from './anything.ts';
import type { Base } from './bases.ts';
import { Dice } from './dice.ts';
import { tiffBreaks } from './directories.ts';
import { jpegBreaks } from './jpeg.ts';
import { boxBreaks, drawingBreaks, gifBreaks, webpBreaks } from './others.ts';
import { pngBreaks } from './png.ts';

/** A file that means no good. */
export interface HostilePicture {
  /** The family and what is wrong with it. */
  readonly kind: string;
  readonly name: string;
  readonly content: Buffer;
}

const FAMILIES: Readonly<Record<Base['format'], Readonly<Record<string, Breaks>>>> = {
  jpeg: jpegBreaks,
  png: pngBreaks,
  webp: webpBreaks,
  gif: gifBreaks,
  tiff: tiffBreaks,
  avif: boxBreaks,
  heic: boxBreaks,
  svg: drawingBreaks,
};
const FORMATS = Object.keys(FAMILIES) as readonly Base['format'][];

interface Kind {
  readonly format: Base['format'];
  readonly title: string;
  readonly breaks: Breaks;
}

/** What is particular to a family, and between them as often what can be done to any. */
const KINDS: readonly Kind[] = FORMATS.flatMap((format) =>
  [...Object.entries(FAMILIES[format]), ...Object.entries(anyBreaks)].map(([title, breaks]) => ({ format, title, breaks })),
);
/** Without a common divisor with their number: a few seeds in a row are of many families. */
const STRIDE = 89;

const ENDING = { jpeg: 'jpg', png: 'png', webp: 'webp', gif: 'gif', tiff: 'tif', avif: 'avif', heic: 'heic', svg: 'svg' } as const;

/** Names that programs have stumbled over; a few bytes short of what a file system takes, too. */
const NAMES = [
  'photo[1]',
  '-rf',
  '$(x)',
  'it\'s "it"',
  'a%00b',
  '…',
  '写真'.repeat(30),
  '\u202ephoto',
  'photo.jpg[page=2]',
  ' ',
  'CON',
  '🚗',
  'a\nb',
];

/** How many kinds there are. */
export const hostileKinds = KINDS.length;

const kindAt = (seed: number): Kind => KINDS[(seed * STRIDE) % KINDS.length] as Kind;

/** The family of a seed's picture and what is wrong with it; as many seeds in a row as there are kinds have every one. */
export function hostileKind(seed: number): string {
  const { format, title } = kindAt(seed);
  return `${format}: ${title}`;
}

/** The same every time for a seed and the same bases. */
export function hostilePicture(seed: number, bases: readonly Base[]): HostilePicture {
  const dice = new Dice(seed);
  const { format, breaks } = kindAt(seed);
  const base = dice.oneOf(bases.filter((candidate) => candidate.format === format));
  const content = breaks(base.content, dice, dice.oneOf(bases).content);
  const ending = dice.below(5) === 0 ? dice.oneOf([...Object.values(ENDING), 'txt', 'JPG', 'jpg]']) : ENDING[format];
  const stem = dice.below(6) === 0 ? dice.oneOf(NAMES) : `photo ${seed}`;
  return { kind: hostileKind(seed), name: `${stem}.${ending}`, content };
}
