/** What a file is by its first bytes, whatever its name says. Pure: the studio asks it of what is imported, the server of what is sent. */

/** Enough bytes for every signature here. */
export const SIGNATURE_BYTES = 64;

/** What the first bytes are the beginning of; `bytes` may be shorter than SIGNATURE_BYTES. null: none of these. */
export type PictureKind = 'jpeg' | 'png' | 'gif' | 'webp' | 'tiff' | 'avif' | 'heic';

const starts = (bytes: Uint8Array, signature: readonly number[], from = 0): boolean =>
  signature.every((byte, index) => bytes[from + index] === byte);
const letters = (text: string): number[] => [...text].map((letter) => letter.charCodeAt(0));

const JPEG = [0xff, 0xd8, 0xff];
const PNG = [0x89, ...letters('PNG'), 0x0d, 0x0a, 0x1a, 0x0a];
/** TIFF and BigTIFF, little and big endian. */
const TIFF = [
  [...letters('II'), 0x2a, 0],
  [...letters('II'), 0x2b, 0],
  [...letters('MM'), 0, 0x2a],
  [...letters('MM'), 0, 0x2b],
];

/** The kind by the signature: JPEG's marker, PNG's eight bytes, RIFF's WEBP, TIFF's byte order, and the brands of ISO/IEC 14496-12. */
export function pictureKind(bytes: Uint8Array): PictureKind | null {
  if (starts(bytes, JPEG)) return 'jpeg';
  if (starts(bytes, PNG)) return 'png';
  if (starts(bytes, letters('GIF8'))) return 'gif';
  if (starts(bytes, letters('RIFF')) && starts(bytes, letters('WEBP'), 8)) return 'webp';
  if (TIFF.some((signature) => starts(bytes, signature))) return 'tiff';
  return starts(bytes, letters('ftyp'), 4) ? isoKind(bytes) : null;
}

function isoKind(bytes: Uint8Array): 'avif' | 'heic' | null {
  const brands = String.fromCharCode(...bytes.subarray(8, SIGNATURE_BYTES));
  if (/avi[fs]/.test(brands)) return 'avif';
  return /hei[cxms]|hev[cx]|mif1|msf1/.test(brands) ? 'heic' : null;
}
