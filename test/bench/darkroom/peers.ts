/** What one would pick instead for the same photo: the picture library alone, and a package that removes backgrounds, where it is at hand. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import sharp from 'sharp';

const QUALITY = 92;

/** The least that any way of applying costs: the photo decoded, and as many pixels encoded. */
export async function codecs(jpeg: Buffer): Promise<void> {
  const { data, info } = await sharp(jpeg).raw().toBuffer({ resolveWithObject: true });
  await sharp(data, { raw: { width: info.width, height: info.height, channels: 3 } })
    .jpeg({ quality: QUALITY })
    .toBuffer();
}

/** As the library's handbook would have it: a matte is enlarged, put onto the photo as its alpha, and the photo onto a background. */
export async function plainChain(jpeg: Buffer, matte: { readonly data: Uint8Array; readonly side: number }): Promise<void> {
  const { width = 0, height = 0 } = await sharp(jpeg).metadata();
  const alpha = await sharp(matte.data, { raw: { width: matte.side, height: matte.side, channels: 1 } })
    .resize(width, height, { fit: 'fill' })
    .toColourspace('b-w')
    .raw()
    .toBuffer();
  const subject = await sharp(jpeg)
    .joinChannel(alpha, { raw: { width, height, channels: 1 } })
    .raw()
    .toBuffer();
  await sharp({ create: { width, height, channels: 3, background: '#e6e4e0' } })
    .composite([{ input: subject, raw: { width, height, channels: 4 } }])
    .jpeg({ quality: QUALITY })
    .toBuffer();
}

/**
 * @imgly/background-removal-node from the node_modules of the folder that BACKLOT_IMGLY names; null where there is none. It is no part of
 * the product, and under another licence.
 */
export async function imgly(): Promise<((photo: string) => Promise<void>) | null> {
  const folder = process.env['BACKLOT_IMGLY'] ?? '';
  if (!existsSync(join(folder, 'node_modules', '@imgly', 'background-removal-node'))) return null;
  const from = createRequire(join(folder, 'package.json'));
  const loaded: unknown = await import(pathToFileURL(from.resolve('@imgly/background-removal-node')).href);
  if (typeof loaded !== 'object' || loaded === null || !('removeBackground' in loaded) || typeof loaded.removeBackground !== 'function')
    return null;
  const remove = loaded.removeBackground;
  return async (photo) => {
    await remove(pathToFileURL(photo).href);
  };
}
