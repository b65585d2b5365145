/** A photograph that we draw ourselves, with the exact matte beside it. */
import sharp from 'sharp';

export interface Scene {
  /** RGB, 8 bits. */
  readonly pixels: Buffer;
  /** The exact matte, one byte per pixel. */
  readonly alpha: Buffer;
  readonly width: number;
  readonly height: number;
}

/** A glazed red teapot of sorts (a ball with a lid, a spout and a ring handle) on a table before a green wall. */
export async function teapot(width = 900, height = 600, noisiness = 1): Promise<Scene> {
  const layer = async (body: string): Promise<Buffer> =>
    sharp(Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 900 600">${body}</svg>`))
      .png()
      .toBuffer();
  const shape = `<path d="M300 430 Q230 330 330 240 Q450 150 570 240 Q670 330 600 430 Q450 480 300 430 Z"/>
    <path d="M590 330 Q700 320 720 220 L750 230 Q740 390 600 400 Z"/>
    <path d="M305 270 Q200 240 205 330 Q215 410 315 395" fill="none" stroke="#000" stroke-width="26"/>
    <ellipse cx="450" cy="198" rx="95" ry="22"/><circle cx="450" cy="168" r="20"/>`;
  const room =
    await layer(`<defs><linearGradient id="w" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="#3f7a4a"/><stop offset="1" stop-color="#245a38"/></linearGradient>
    <linearGradient id="t" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#8a6a48"/><stop offset="1" stop-color="#b08a5e"/></linearGradient></defs>
    <rect width="900" height="600" fill="url(#w)"/><rect y="400" width="900" height="200" fill="url(#t)"/><filter id="s" x="-50%" y="-200%" width="200%" height="500%"><feGaussianBlur stdDeviation="16"/></filter>
    <ellipse cx="450" cy="448" rx="170" ry="20" fill="#000" opacity="0.45" filter="url(#s)"/>`);
  const pot =
    await layer(`<defs><radialGradient id="g" cx="0.38" cy="0.3" r="0.8"><stop offset="0" stop-color="#ff8a70"/><stop offset="0.35" stop-color="#d8301c"/><stop offset="1" stop-color="#6a0f08"/></radialGradient></defs>
    <rect width="900" height="600" fill="url(#g)"/><ellipse cx="395" cy="265" rx="42" ry="20" fill="#fff" opacity="0.6"/>`);
  const mask = await sharp(await layer(shape))
    .extractChannel('alpha')
    .toColourspace('b-w')
    .raw()
    .toBuffer();
  const fore = await sharp(pot).removeAlpha().raw().toBuffer();
  const back = await sharp(room).removeAlpha().raw().toBuffer();
  const pixels = Buffer.alloc(width * height * 3);
  for (let i = 0; i < width * height; i++) {
    const a = (mask[i] ?? 0) / 255;
    // A camera's noise, the same every time: a perfectly flat wall is not a photograph.
    let bits = Math.imul(i ^ (i >>> 16), 0x7feb352d);
    bits = Math.imul(bits ^ (bits >>> 15), 0x846ca68b);
    bits ^= bits >>> 16;
    const noise = (noisiness * (((bits >>> 24) & 7) + ((bits >>> 18) & 7) - 7)) / 2;
    for (let c = 0; c < 3; c++) {
      const value = (fore[3 * i + c] ?? 0) * a + (back[3 * i + c] ?? 0) * (1 - a) + noise;
      pixels[3 * i + c] = Math.min(255, Math.max(0, Math.round(value)));
    }
  }
  return { pixels, alpha: mask, width, height };
}

export const picture = ({ pixels, width, height }: Scene) => sharp(pixels, { raw: { width, height, channels: 3 } });
