/** The photo by which a network is tried on this machine: it is shipped, with its exact matte. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import type { Raster } from '../files/raster.ts';
import type { ModelSize } from './network.ts';

const NAME = 'car-side';

/** As the network is given it. @param samples the folder of resources/samples */
export async function samplePicture(samples: URL, size: ModelSize): Promise<Raster> {
  const picture = await opened(samples, 'jpg', size);
  return { data: await picture.removeAlpha().toColourspace('srgb').raw().toBuffer(), width: size, height: size };
}

/** What the network should answer: size * size bytes. */
export async function sampleMatte(samples: URL, size: ModelSize): Promise<Uint8Array> {
  const matte = await opened(samples, 'matte.png', size);
  return matte.toColourspace('b-w').raw().toBuffer();
}

/** Read here and not by the library: in a packaged app it lies in an archive that only Electron looks into. */
async function opened(samples: URL, ending: string, size: ModelSize): Promise<sharp.Sharp> {
  return sharp(await readFile(fileURLToPath(new URL(`${NAME}.${ending}`, samples)))).resize({ width: size, height: size, fit: 'fill' });
}
