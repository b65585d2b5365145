/** Telling pictures from other files by their first bytes, never by their name. Proving it is the darkroom's work. */
import { readRegularFile } from '../darkroom/files/regular-file.ts';

/** Enough for every signature below. */
const SIGNATURE_BYTES = 16;

const pictureName = /\.(jpe?g|png|webp|tiff?|hei[cf]|avif|gif)$/i;

/** Whether the name promises a picture: such a file is named when it turns out to be none, others are passed over in silence. */
export const promisesPicture = (name: string): boolean => pictureName.test(name);

/** Whether the file begins like a picture. Reads 16 bytes. Throws NotRegularFile, or the file system's error when it cannot. */
export async function beginsLikePicture(path: string): Promise<boolean> {
  return readRegularFile(path, async (file) => {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(SIGNATURE_BYTES), 0, SIGNATURE_BYTES, 0);
    return hasPictureSignature(buffer.subarray(0, bytesRead));
  });
}

/** JPEG, PNG, GIF, WebP, TIFF (both byte orders, BigTIFF too) and the HEIF family (HEIC, AVIF). */
export function hasPictureSignature(head: Uint8Array): boolean {
  const text = Buffer.from(head).toString('latin1');
  if (text.startsWith('\xff\xd8\xff') || text.startsWith('\x89PNG\r\n\x1a\n') || text.startsWith('GIF8')) return true;
  if (text.startsWith('RIFF') && text.slice(8, 12) === 'WEBP') return true;
  if (/^(II[*+]\0|MM\0[*+])/.test(text)) return true;
  return text.slice(4, 8) === 'ftyp' && /^(hei[cxms]|hev[cx]|mif1|msf1|avi[fs])$/.test(text.slice(8, 12));
}
