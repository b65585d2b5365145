/** `node scripts/icon.mjs` writes resources/icon.png, from which electron-builder makes every other size, out of resources/icon.svg. */
import { join } from 'node:path';
import sharp from 'sharp';
import { root } from './setup/places.mjs';

await sharp(join(root, 'resources', 'icon.svg'))
  .resize(1024, 1024)
  .png({ compressionLevel: 9 })
  .toFile(join(root, 'resources', 'icon.png'));
