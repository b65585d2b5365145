/** Liars of the remaining families: boxes (HEIC and AVIF), WebP, GIF and drawings. */
import type { Breaks } from './anything.ts';
import type { Dice } from './dice.ts';

/** Places of a text in a file. */
function placesOf(content: Buffer, text: string): number[] {
  const places: number[] = [];
  for (let at = content.indexOf(text, 0, 'latin1'); at >= 0; at = content.indexOf(text, at + 1, 'latin1')) places.push(at);
  return places;
}

/** Edits one of the boxes, or chunks, that have this name; the place is that of its name. */
const inBox =
  (names: readonly string[], edit: (copy: Buffer, at: number, dice: Dice) => void): Breaks =>
  (content, dice) => {
    const copy = Buffer.from(content);
    const places = names.flatMap((name) => placesOf(copy, name));
    if (places.length > 0) edit(copy, dice.oneOf(places), dice);
    return copy;
  };

const BOXES = ['ftyp', 'meta', 'iinf', 'infe', 'iloc', 'iprp', 'ipco', 'ispe', 'ipma', 'iref', 'hvcC', 'av1C', 'mdat', 'colr', 'pitm'];

/** By what is wrong. */
export const boxBreaks: Readonly<Record<string, Breaks>> = {
  'a box with a wrong length': inBox(BOXES, (copy, at, dice) => {
    copy.writeUInt32BE(dice.oneOf([0, 1, 2, 7, 8, 9, 0x7fff_ffff, 0xffff_ffff]), at - 4);
  }),
  'a box of another name': inBox(BOXES.slice(1), (copy, at, dice) =>
    copy.write(dice.oneOf(['free', 'meta', 'ispe', '\0\0\0\0']), at, 'latin1'),
  ),
  'another size in its header': inBox(['ispe'], (copy, at, dice) => {
    copy.writeUInt32BE(dice.oneOf([0, 1, 15, 33, 9000, 0x7fff_ffff, 0xffff_ffff]), at + 8);
    copy.writeUInt32BE(dice.oneOf([0, 1, 15, 33, 9000, 0x7fff_ffff, 0xffff_ffff]), at + 12);
  }),
  'items that lie elsewhere': inBox(['iloc'], (copy, at, dice) => {
    for (let n = 0; n < 6; n++) copy.writeUInt8(dice.below(256), Math.min(copy.length - 1, at + 4 + dice.below(60)));
  }),
  'another kind than it is': inBox(['ftyp'], (copy, at, dice) => {
    copy.write(dice.oneOf(['avif', 'heic', 'mif1', 'msf1', 'hevc', 'isom']), at + 4, 'latin1');
  }),
  'a decoder set up for something else': inBox(['hvcC', 'av1C'], (copy, at, dice) => dice.bytes(12).copy(copy, at + 4)),
  'boxes within boxes': (content) => {
    const deep: Buffer[] = [];
    for (let n = 0; n < 4000; n++) {
      const head = Buffer.alloc(12);
      head.writeUInt32BE(12 * (4000 - n), 0);
      head.write('meta', 4, 'latin1');
      deep.push(head);
    }
    const start = content.readUInt32BE(0);
    return Buffer.concat([content.subarray(0, start), ...deep, content.subarray(start)]);
  },
};

/** By what is wrong. */
export const webpBreaks: Readonly<Record<string, Breaks>> = {
  'another length of the whole': (webp, dice) => {
    const copy = Buffer.from(webp);
    copy.writeUInt32LE(dice.oneOf([0, 1, 4, 12, 0x7fff_ffff, 0xffff_ffff]), 4);
    return copy;
  },
  'another canvas': inBox(['VP8X'], (copy, at, dice) => dice.bytes(6).copy(copy, at + 12)),
  'other flags than it has parts': inBox(['VP8X'], (copy, at, dice) => void copy.writeUInt8(dice.below(256), at + 8)),
  'a chunk with a wrong length': inBox(['VP8X', 'VP8 ', 'VP8L', 'ANIM', 'ANMF', 'ALPH', 'ICCP', 'EXIF', 'XMP '], (copy, at, dice) => {
    copy.writeUInt32LE(dice.oneOf([0, 1, 5, 0xffff, 0x7fff_ffff, 0xffff_ffff]), at + 4);
  }),
  'a frame outside of its canvas': inBox(['ANMF'], (copy, at, dice) => dice.bytes(12).copy(copy, at + 8)),
  'pixels with a wrong start': inBox(['VP8 ', 'VP8L'], (copy, at, dice) => dice.bytes(10).copy(copy, at + 8)),
};

/** By what is wrong. */
export const gifBreaks: Readonly<Record<string, Breaks>> = {
  'another screen': (gif, dice) => {
    const copy = Buffer.from(gif);
    copy.writeUInt16LE(dice.oneOf([0, 1, 95, 97, 4000, 65_535]), 6);
    copy.writeUInt16LE(dice.oneOf([0, 1, 63, 65, 4000, 65_535]), 8);
    return copy;
  },
  'a palette of another length': (gif, dice) => {
    const copy = Buffer.from(gif);
    copy.writeUInt8(dice.below(256), 10);
    return copy;
  },
  'a frame outside of its screen': inBox([','], (copy, at, dice) => dice.bytes(8).copy(copy, at + 1)),
  'no frame': (gif) => Buffer.concat([gif.subarray(0, 13), Buffer.from(';')]),
  'codes of an impossible length': inBox([','], (copy, at, dice) => {
    if (at + 10 < copy.length) copy.writeUInt8(dice.oneOf([0, 1, 12, 13, 255]), at + 10);
  }),
};

const drawing = (size: string, inner: string, before = ''): Buffer =>
  Buffer.from(`${before}<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" ${size}>${inner}</svg>`);
const DISC = '<circle cx="48" cy="32" r="20"/>';
const SIZE = 'width="96" height="64"';

/** By what is wrong. */
export const drawingBreaks: Readonly<Record<string, Breaks>> = {
  'an absurd size': (_, dice) => {
    const side = () => dice.oneOf(['0', '-5', '1', '15', '1e9', '100%', 'NaN', '1e400', '99999999999px']);
    return drawing(`width="${side()}" height="${side()}"`, DISC);
  },
  'words in words in words': () => {
    const words = Array.from({ length: 9 }, (_, n) => `<!ENTITY w${n + 1} "${`&w${n};`.repeat(10)}">`).join('');
    return drawing(SIZE, '<text y="20">&w9;</text>', `<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY w0 "ha">${words}]>`);
  },
  'pictures from elsewhere': (_, dice) => {
    const link = dice.oneOf([
      '/etc/hostname',
      'file:///etc/passwd',
      '../secret.png',
      'http://127.0.0.1:9/a.png',
      'data:image/png;base64,AAAA',
    ]);
    return drawing(SIZE, `<image href="${link}" width="96" height="64"/><use xlink:href="${link}#a"/>${DISC}`);
  },
  'groups in groups': () => drawing(SIZE, `${'<g>'.repeat(5000)}${DISC}${'</g>'.repeat(5000)}`),
  'copies of copies': () => {
    const rows = Array.from({ length: 12 }, (_, n) => `<g id="g${n + 1}">${`<use href="#g${n}"/>`.repeat(10)}</g>`).join('');
    return drawing(SIZE, `<defs><g id="g0">${DISC}</g>${rows}</defs><use href="#g12"/>`);
  },
  'copies in a circle': () => drawing(SIZE, '<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g>'),
  'noise without end': (_, dice) => {
    const octaves = dice.oneOf([100, 100_000, 1_000_000]);
    return drawing(
      SIZE,
      `<filter id="f"><feTurbulence baseFrequency="0.05" numOctaves="${octaves}"/></filter><g filter="url(#f)">${DISC}</g>`,
    );
  },
  'a blur without end': () =>
    drawing(SIZE, `<filter id="f" x="-9999" width="99999"><feGaussianBlur stdDeviation="99999"/></filter><g filter="url(#f)">${DISC}</g>`),
  'a drawing that is not closed': (_, dice) => Buffer.from(`<svg ${SIZE}><g><circle r="${dice.below(99)}"`),
  'a drawing with a foreign byte': (_, dice) => Buffer.concat([drawing(SIZE, DISC).subarray(0, 60), dice.bytes(5), Buffer.from('</svg>')]),
};
