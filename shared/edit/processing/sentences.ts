/** What each step is called, and what it does, in words. */
import type { Chain, FileFormat, Step, StepKind } from './chain.ts';

/** The name of each kind of step, for menus and lists. */
export const stepLabels: Readonly<Record<StepKind, string>> = {
  resize: 'Resize',
  fit: 'Fit into a frame',
  fill: 'Fill a frame',
  crop: 'Crop',
  'smart-crop': 'Smart crop',
  trim: 'Trim the border',
  extend: 'Extend the canvas',
  rotate: 'Rotate',
  flip: 'Flip upside down',
  mirror: 'Mirror left to right',
  grayscale: 'Grayscale',
  brightness: 'Brightness',
  contrast: 'Contrast',
  saturation: 'Saturation',
  sharpen: 'Sharpen',
  blur: 'Blur',
  watermark: 'Watermark',
  convert: 'Convert the format',
  compress: 'Compress',
  'strip-metadata': 'Strip metadata',
};

/** The name of each format, for menus and lists. */
export const formatLabels: Readonly<Record<FileFormat, string>> = { jpeg: 'JPEG', png: 'PNG', webp: 'WebP', tiff: 'TIFF' };

const signed = (amount: number): string => `${amount > 0 ? '+' : amount < 0 ? '−' : ''}${Math.abs(amount)}%`;
const anchors: Readonly<Record<string, string>> = { centre: 'in the centre' };
const where = (anchor: string): string => anchors[anchor] ?? `at the ${anchor.replace('-', ' ')}`;

/** What the step is set to, without its name: "1200 × 800 px". Empty where there is nothing to set. */
export function settingOf(step: Step): string {
  switch (step.kind) {
    case 'resize':
      if (step.width === null) return `${step.height} px high`;
      return step.height === null ? `${step.width} px wide` : `${step.width} × ${step.height} px`;
    case 'fit':
    case 'fill':
    case 'smart-crop':
      return `${step.width} × ${step.height} px`;
    case 'crop':
      return `${step.width} × ${step.height} px from ${step.left}, ${step.top}`;
    case 'trim':
      return `within ${step.threshold} of the corner’s colour`;
    case 'extend': {
      const { top, right, bottom, left } = step;
      const same = top === right && right === bottom && bottom === left;
      return same ? `${top} px all round` : `${top}, ${right}, ${bottom}, ${left} px`;
    }
    case 'rotate':
      return `${step.angle < 0 ? '−' : ''}${Math.abs(step.angle)}°`;
    case 'brightness':
    case 'contrast':
    case 'saturation':
      return signed(step.amount);
    case 'sharpen':
      return `${step.amount}%, ${step.radius} px`;
    case 'blur':
      return `${step.radius} px`;
    case 'watermark':
      return `${Math.round(step.size * 100)}% wide, ${where(step.anchor)}`;
    case 'convert':
      return formatLabels[step.format];
    case 'compress':
      return `quality ${step.quality}`;
    case 'flip':
    case 'mirror':
    case 'grayscale':
    case 'strip-metadata':
      return '';
  }
}

/** One step in one line: "Resize: 1200 px wide". */
export function describeStep(step: Step): string {
  const setting = settingOf(step);
  return setting === '' ? stepLabels[step.kind] : `${stepLabels[step.kind]}: ${setting}`;
}

/** The chain in one line of text, step after step. */
export const describeChain = (chain: Chain): string => chain.map(describeStep).join(' · ');
