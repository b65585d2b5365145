/** One step of every kind, and any chain at all. */
import fc from 'fast-check';
import { MAX_STEPS, type Step, type StepKind } from '../../../shared/edit/processing/chain.ts';

export const sampleSteps: { readonly [K in StepKind]: Extract<Step, { kind: K }> } = {
  resize: { kind: 'resize', width: 120, height: null },
  fit: { kind: 'fit', width: 100, height: 100, enlarge: false },
  fill: { kind: 'fill', width: 90, height: 60, anchor: 'centre' },
  crop: { kind: 'crop', left: 20, top: 10, width: 64, height: 48 },
  'smart-crop': { kind: 'smart-crop', width: 80, height: 80 },
  trim: { kind: 'trim', threshold: 10 },
  extend: { kind: 'extend', top: 4, right: 6, bottom: 8, left: 10, colour: '#2060a0' },
  rotate: { kind: 'rotate', angle: 90, colour: '#ffffff' },
  flip: { kind: 'flip' },
  mirror: { kind: 'mirror' },
  grayscale: { kind: 'grayscale' },
  brightness: { kind: 'brightness', amount: 20 },
  contrast: { kind: 'contrast', amount: 20 },
  saturation: { kind: 'saturation', amount: -50 },
  sharpen: { kind: 'sharpen', amount: 50, radius: 1 },
  blur: { kind: 'blur', radius: 2 },
  watermark: { kind: 'watermark', fileId: 'MARK', anchor: 'bottom-right', size: 0.25, opacity: 1, margin: 0.05 },
  convert: { kind: 'convert', format: 'png' },
  compress: { kind: 'compress', quality: 80 },
  'strip-metadata': { kind: 'strip-metadata' },
};

const side = fc.integer({ min: 1, max: 3000 });
const percent = fc.integer({ min: -100, max: 100 });
const colour = fc.constantFrom('#000000', '#ffffff', '#336699');
const border = fc.integer({ min: 0, max: 500 });
export const size = fc.record({ width: fc.integer({ min: 16, max: 8000 }), height: fc.integer({ min: 16, max: 8000 }) });
const anchor = fc.constantFrom('top-left', 'top', 'centre', 'right', 'bottom-right');
const is = <K extends string>(kind: K): fc.Arbitrary<K> => fc.constant(kind);

export const anyStep: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: is('resize'), width: side, height: fc.option(side) }),
  fc.record({ kind: is('resize'), width: fc.constant(null), height: side }),
  fc.record({ kind: is('fit'), width: side, height: side, enlarge: fc.boolean() }),
  fc.record({ kind: is('fill'), width: side, height: side, anchor }),
  fc.record({ kind: is('crop'), left: border, top: border, width: side, height: side }),
  fc.record({ kind: is('smart-crop'), width: side, height: side }),
  fc.record({ kind: is('trim'), threshold: fc.integer({ min: 0, max: 255 }) }),
  fc.record({ kind: is('extend'), top: border, right: border, bottom: border, left: border, colour }),
  fc.record({ kind: is('rotate'), angle: fc.integer({ min: -360, max: 360 }), colour }),
  fc.record({ kind: fc.constantFrom('brightness', 'contrast', 'saturation'), amount: percent }),
  fc.record({ kind: is('sharpen'), amount: fc.integer({ min: 0, max: 100 }), radius: fc.integer({ min: 1, max: 10 }) }),
  fc.record({ kind: is('blur'), radius: fc.integer({ min: 1, max: 200 }) }),
  fc.record({ kind: is('convert'), format: fc.constantFrom('jpeg', 'png', 'webp', 'tiff') }),
  fc.record({ kind: is('compress'), quality: fc.integer({ min: 1, max: 100 }) }),
  fc.record({ kind: fc.constantFrom('flip', 'mirror', 'grayscale', 'strip-metadata') }),
  fc.constant(sampleSteps.watermark),
);

export const anyChain = fc.array(anyStep, { minLength: 1, maxLength: MAX_STEPS });
