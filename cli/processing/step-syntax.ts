/** Processing steps as they are written on a command line: `resize:width=1200`, `compress:quality=80`, `grayscale`. Pure but for paths. */
import { resolve } from 'node:path';
import { type Chain, readChain, STEP_KINDS } from '../../shared/edit/processing/chain.ts';
import { usageError } from '../outcome.ts';

/** A chain and the files that its watermarks name. */
export interface NamedChain {
  readonly chain: Chain;
  /** Where each watermark lies, by the id that the chain names it by. */
  readonly files: Readonly<Record<string, string>>;
}

/** What need not be said. */
const unsaid: Readonly<Record<string, object>> = {
  resize: { width: null, height: null },
  fit: { enlarge: false },
  fill: { anchor: 'centre' },
  trim: { threshold: 10 },
  extend: { top: 0, right: 0, bottom: 0, left: 0, colour: '#ffffff' },
  rotate: { colour: '#ffffff' },
  sharpen: { amount: 40, radius: 1 },
  blur: { radius: 4 },
  watermark: { anchor: 'bottom-right', size: 0.16, opacity: 0.8, margin: 0.04 },
};

/** Throws with exit code 2 and the step that is wrong. */
export function chainOf(typed: readonly string[]): NamedChain {
  if (typed.length === 0) throw usageError(`Name at least one --step. There are ${STEP_KINDS.join(', ')}. Nothing was charged.`);
  const files: Record<string, string> = {};
  const steps = typed.map((step, index) => {
    const colon = step.indexOf(':');
    const kind = colon < 0 ? step : step.slice(0, colon);
    if (!STEP_KINDS.some((known) => known === kind))
      throw usageError(`There is no step "${kind}". There are ${STEP_KINDS.join(', ')}. Nothing was charged.`);
    const { file, ...settings } = settingsOf(step, colon < 0 ? '' : step.slice(colon + 1));
    if (kind !== 'watermark') return { kind, ...unsaid[kind], ...settings, ...(file === undefined ? {} : { file }) };
    if (typeof file !== 'string') throw usageError('A watermark needs its picture: --step watermark:file=logo.png. Nothing was charged.');
    const fileId = `watermark-${index + 1}`;
    files[fileId] = resolve(file);
    return { kind, fileId, ...unsaid[kind], ...settings };
  });
  const read = readChain(steps);
  if (!read.ok) throw usageError(read.error.message);
  return { chain: read.value, files };
}

function settingsOf(step: string, text: string): Record<string, unknown> {
  if (text === '') return {};
  return Object.fromEntries(
    text.split(',').map((pair) => {
      const [name = '', ...rest] = pair.split('=');
      if (name === '' || rest.length === 0) throw usageError(`"${pair}" in --step ${step} is not written name=value. Nothing was charged.`);
      return [name, readValue(rest.join('='))];
    }),
  );
}

function readValue(text: string): unknown {
  if (text === 'true' || text === 'false') return text === 'true';
  return /^[+-]?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}
