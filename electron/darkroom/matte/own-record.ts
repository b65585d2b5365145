/**
 * The record of the network that the user added. It alone says whether one is used: whoever reads it anew knows what any Backlot of this machine
 * decided, the command line included. Loads no runtime, so that the main process can read it.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { networkFamily, type OwnNetwork, ownNetwork } from '../../../shared/ipc/model.ts';
import { fingerprintOf } from './model-files.ts';
import type { Reading } from './network-families.ts';

/** A network that was added, and how it is asked. */
export interface Kept {
  readonly own: OwnNetwork;
  readonly reading: Reading;
}

const triple = z.tuple([z.number(), z.number(), z.number()]);
const record: z.ZodType<Kept> = z.object({
  own: ownNetwork,
  reading: z.object({
    family: networkFamily,
    input: z.string(),
    output: z.string(),
    side: z.int().nullable(),
    mean: triple,
    deviation: triple,
    logits: z.boolean(),
  }),
});

/** The name of the record in the folder of models; it appears and is replaced whole. */
export const OWN_RECORD = 'own.json';

/** Where it lies. */
export const ownRecordIn = (modelDir: string): string => join(modelDir, OWN_RECORD);

/** Where a network of this digest is kept. */
export const ownPath = (modelDir: string, { sha256 }: Pick<OwnNetwork, 'sha256'>): string => join(modelDir, `own-${sha256}.onnx`);

/** Names what it makes: by its digest, and by how it is asked. */
export const ownFingerprint = ({ own, reading }: Kept): string =>
  fingerprintOf([{ file: '', bytes: own.bytes, sha256: `${own.sha256} ${JSON.stringify(reading)}` }]);

/** The network that was added, as of now; null when there is none. Some hundred bytes: cheap enough for each look of a network. */
export function keptOwn(modelDir: string): Kept | null {
  try {
    return record.parse(JSON.parse(readFileSync(ownRecordIn(modelDir), 'utf8')));
  } catch {
    return null;
  }
}
