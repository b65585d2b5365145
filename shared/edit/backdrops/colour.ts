/** Colours for the backdrops: light is added and scaled in linear light, and stored as sRGB. */

/** Linear light, 1 is a white wall in full light. */
export type Rgb = readonly [number, number, number];

/** A `#rrggbb` colour in linear light, each channel 0 to 1. */
export function linearOf(hex: string): Rgb {
  const channel = (from: number): number => toLinear(Number.parseInt(hex.slice(from, from + 2), 16) / 255);
  return [channel(1), channel(3), channel(5)];
}

/** IEC 61966-2-1. */
export const toLinear = (value: number): number => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
/** The way back; nothing below 0. */
export const toSrgb = (value: number): number => (value <= 0.0031308 ? 12.92 * Math.max(0, value) : 1.055 * value ** (1 / 2.4) - 0.055);

/** Linear light to 0..255, with a shoulder: what is brighter than the paper rolls off instead of clipping. */
export function develop(value: number): number {
  const knee = 0.86;
  const rolled = value <= knee ? value : knee + (1 - knee) * (1 - Math.exp(-(value - knee) / (1 - knee)));
  return 255 * toSrgb(rolled);
}

/** Perceived brightness of a linear colour, 0..1. */
export const luminance = (c: Rgb): number => 0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2];

/** Between two colours as the eye measures it (Oklab, Ottosson 2020), so that the middle of a gradient is not muddy. */
export function mixed(a: Rgb, b: Rgb, t: number): Rgb {
  const from = toOklab(a);
  const to = toOklab(b);
  return fromOklab([from[0] + (to[0] - from[0]) * t, from[1] + (to[1] - from[1]) * t, from[2] + (to[2] - from[2]) * t]);
}

function toOklab([r, g, b]: Rgb): Rgb {
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

function fromOklab([lightness, a, b]: Rgb): Rgb {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    Math.max(0, 4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    Math.max(0, -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    Math.max(0, -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}

/** 0 below `from`, 1 above `to`, between them the cubic 3t² − 2t³. */
export const smoothstep = (from: number, to: number, x: number): number => {
  const t = Math.min(1, Math.max(0, (x - from) / (to - from)));
  return t * t * (3 - 2 * t);
};
