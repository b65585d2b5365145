/** A dealer's badge, drawn here so that nobody's logo is needed. */
import sharp from 'sharp';

const badge = `<svg xmlns="http://www.w3.org/2000/svg" width="800" height="240" viewBox="0 0 800 240">
  <rect x="8" y="8" width="784" height="224" rx="28" fill="#111" fill-opacity="0.86"/>
  <circle cx="120" cy="120" r="64" fill="none" stroke="#fff" stroke-width="18"/>
  <path d="M84 140 h72 M120 84 v72" stroke="#fff" stroke-width="18"/>
  <path d="M240 92 h480 M240 148 h300" stroke="#fff" stroke-width="22" stroke-linecap="round"/>
</svg>`;

/** Writes the badge as a PNG with transparency. */
export async function drawBadge(path: string): Promise<void> {
  await sharp(Buffer.from(badge)).png().toFile(path);
}
