/** The few facts about an ICC profile that decide how a picture is treated (ICC.1:2022, sections 7 and 9). */

interface ProfileFacts {
  readonly isRgb: boolean;
  /** Practically sRGB: nothing needs converting. */
  readonly isSrgb: boolean;
  readonly name: string;
}

/** Never throws: a damaged profile is one that is not used. */
export function describeProfile(icc: Buffer): ProfileFacts {
  if (icc.length < 132 || icc.toString('latin1', 36, 40) !== 'acsp') return { isRgb: false, isSrgb: false, name: '' };
  const name = profileName(icc);
  return { isRgb: icc.toString('latin1', 16, 20) === 'RGB ', isSrgb: /\bsRGB\b|IEC ?61966/i.test(name), name };
}

function profileName(icc: Buffer): string {
  const count = Math.min(icc.readUInt32BE(128), 100);
  for (let i = 0; i < count; i++) {
    const entry = 132 + i * 12;
    if (entry + 12 > icc.length) return '';
    if (icc.toString('latin1', entry, entry + 4) !== 'desc') continue;
    const start = icc.readUInt32BE(entry + 4);
    const tag = icc.subarray(start, start + icc.readUInt32BE(entry + 8));
    const type = tag.toString('latin1', 0, 4);
    if (type === 'desc' && tag.length > 12) return tag.toString('latin1', 12, 12 + tag.readUInt32BE(8)).replace(/\0.*$/s, '');
    if (type === 'mluc' && tag.length > 28) {
      const [length, offset] = [tag.readUInt32BE(20), tag.readUInt32BE(24)];
      return Buffer.from(tag.subarray(offset, offset + length))
        .swap16()
        .toString('utf16le');
    }
  }
  return '';
}
