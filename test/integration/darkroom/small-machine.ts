/** A machine with the small network in the place of the real one, and trials that come out as a test says. */
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ChoosingParts, fp32Of, type Recipe } from '../../../electron/darkroom/matte/choose-network.ts';
import { recordIn } from '../../../electron/darkroom/matte/model-files.ts';
import { writeNetwork } from '../../../electron/darkroom/matte/onnx-network.mjs';
import type { Trial } from '../../../electron/darkroom/matte/trial.ts';
import manifest from '../../../resources/models/manifest.json' with { type: 'json' };
import { root } from '../../../scripts/setup/places.mjs';
import { temporaryFolder } from './scenes.ts';
import { random, smallNetwork } from './small-network.ts';

/** Hex. */
export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
/** Of what its files are said to be made. */
export const SOURCE = sha256(Buffer.from('a small network'));
/** Of its maps. */
export const RANGES: Recipe['ranges'] = [
  [-1.5, 1.5],
  [0, 2.5],
  [0, 2.5],
  [0, 4],
  [0, 5],
];
/** A trial that speaks for what was tried. */
export const FASTER: Trial = { usualMs: 400, candidateMs: 150, difference: 0.001, flipped: 0 };

const weights = (): (() => number) => {
  const next = random(5);
  return () => 0.35 * next();
};
const graphs = new Map([512, 1024].map((side) => [side, writeNetwork(smallNetwork(side, weights()))]));

/** A machine with the small network in the place of the real one, adopted as an installed app adopts it. */
export function smallMachine() {
  const modelDir = temporaryFolder();
  const files = manifest.files.map(({ file, size }) => {
    const bytes = size === null ? Buffer.from('in the graphs') : (graphs.get(size) ?? Buffer.alloc(0));
    writeFileSync(join(modelDir, file), bytes);
    return { file, bytes: bytes.length, sha256: sha256(bytes) };
  });
  writeFileSync(recordIn(modelDir), JSON.stringify({ source: SOURCE, files }));
  const held: string[] = [];
  const parts = (trial: Trial | Error, changes: Partial<ChoosingParts> = {}): ChoosingParts => ({
    modelDir,
    threads: 2,
    trusted: new Set([SOURCE]),
    samples: new URL(`file://${root}/resources/samples/`),
    afterCrash: false,
    recipe: { measuredOn: [SOURCE], ranges: RANGES, published: { source: '', int8: manifest.int8 } },
    hold: async ({ sha256: digest }) => {
      held.push(digest);
      if (trial instanceof Error) throw trial;
      return trial;
    },
    ...changes,
  });
  return { modelDir, parts, held, fp32: fp32Of(modelDir, new Set([SOURCE])) };
}
