/** The chain of processing steps: what is taken, what is refused and how it is said, and how large pictures become. */
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { chain, fileOf, MAX_STEPS, readChain, STEP_KINDS, type Step } from '../../../shared/edit/processing/chain.ts';
import { describeChain, describeStep, stepLabels } from '../../../shared/edit/processing/sentences.ts';
import { finishedSize, previewScale, scaledChain, sizeAfter, sizesAlong } from '../../../shared/edit/processing/sizes.ts';
import { anyChain, anyStep, sampleSteps, size } from './any-chain.ts';

test('there are twenty operations, each with a name of its own, a sample, and words', () => {
  expect(STEP_KINDS).toHaveLength(20);
  expect(new Set(STEP_KINDS).size).toBe(20);
  expect(new Set(Object.values(stepLabels)).size).toBe(20);
  for (const kind of STEP_KINDS) {
    expect(chain.safeParse([sampleSteps[kind]]).success, kind).toBe(true);
    expect(describeStep(sampleSteps[kind])).toMatch(new RegExp(`^${stepLabels[kind]}`));
  }
  expect(describeChain([sampleSteps.resize, sampleSteps.grayscale])).toBe('Resize: 120 px wide · Grayscale');
});

describe('a chain from outside', () => {
  const refused = (value: unknown, file: string | null = 'car.jpg') => {
    const read = readChain(value, file);
    if (read.ok) throw new Error('it was taken');
    return read.error;
  };
  it.each([
    ['quality 101', [{ kind: 'compress', quality: 101 }], /step 1 \(compress\), quality cannot be 101/],
    ['quality 0', [{ kind: 'flip' }, { kind: 'compress', quality: 0 }], /step 2 \(compress\), quality cannot be 0/],
    ['half a pixel', [{ kind: 'resize', width: 10.5, height: null }], /step 1 \(resize\), width cannot be 10.5/],
    ['neither width nor height', [{ kind: 'resize', width: null, height: null }], /a width or a height is needed/],
    ['an unknown operation', [{ kind: 'dream' }], /step 1 \(dream\), kind cannot be "dream"/],
    ['a path instead of an id', [{ ...sampleSteps.watermark, fileId: 'x'.repeat(65) }], /step 1 \(watermark\), fileId/],
    ['no step', [], /the steps cannot be 0 steps/],
    ['too many steps', Array(MAX_STEPS + 1).fill({ kind: 'flip' }), /the steps cannot be 21 steps/],
    ['no chain', 'flip', /the steps cannot be "flip"/],
    ['nothing', undefined, /the steps cannot be missing/],
  ])('%s', (_, value, says) => {
    const problem = refused(value);
    expect(problem).toMatchObject({ code: 'invalid_steps', file: 'car.jpg' });
    expect(problem.message).toMatch(says);
    expect(problem.message).toMatch(/^car\.jpg was not processed: .+ Nothing was charged\. \S.+\.$/);
  });
  it('without a file it speaks of none', () => expect(refused([], null).message).toMatch(/^Nothing was processed: /));
  it('never throws, and what it takes is what was given', () =>
    fc.assert(
      fc.property(fc.oneof(anyChain, fc.anything()), (value) => {
        const read = readChain(value);
        if (read.ok) expect(read.value).toEqual(value);
        else expect(read.error.message).toContain('Nothing was charged.');
      }),
    ));
});

describe('sizes', () => {
  it.each<[Step, number, number]>([
    [{ kind: 'resize', width: 300, height: null }, 300, 200],
    [{ kind: 'resize', width: null, height: 300 }, 450, 300],
    [{ kind: 'resize', width: 10, height: 900 }, 10, 900],
    [{ kind: 'fit', width: 300, height: 300, enlarge: false }, 300, 200],
    [{ kind: 'fit', width: 1200, height: 1200, enlarge: false }, 600, 400],
    [{ kind: 'fit', width: 1200, height: 1200, enlarge: true }, 1200, 800],
    [{ kind: 'extend', top: 1, right: 2, bottom: 3, left: 4, colour: '#ffffff' }, 606, 404],
    [{ kind: 'rotate', angle: 90, colour: '#ffffff' }, 400, 600],
    [{ kind: 'rotate', angle: -180, colour: '#ffffff' }, 600, 400],
    [{ kind: 'rotate', angle: 45, colour: '#ffffff' }, 707, 707],
    [{ kind: 'flip' }, 600, 400],
  ])('%o', (step, width, height) => expect(sizeAfter(step, { width: 600, height: 400 })).toEqual({ width, height }));

  it('a crop outside of the picture is found before anything is done, with the size it meets', () => {
    const chain: Step[] = [
      { kind: 'resize', width: 300, height: null },
      { kind: 'crop', left: 10, top: 0, width: 300, height: 100 },
    ];
    const found = sizesAlong(chain, { width: 600, height: 400 });
    expect(found).toEqual({ ok: false, misfit: { code: 'crop_outside', step: 1, size: { width: 300, height: 200 } } });
  });
  it('more pixels than fit are found likewise', () =>
    expect(sizesAlong([{ kind: 'fill', width: 30_000, height: 20_000, anchor: 'centre' }], { width: 600, height: 400 })).toMatchObject({
      ok: false,
      misfit: { code: 'too_large', step: 0 },
    }));
  it('after trim the size is unknown until a step sets it', () => {
    const start = { width: 600, height: 400 };
    expect(finishedSize([sampleSteps.trim, sampleSteps.flip], start)).toBeNull();
    expect(finishedSize([sampleSteps.trim, sampleSteps.fill], start)).toEqual({ width: 90, height: 60 });
  });
  it('are whole, positive and within the limits, or the chain is refused', () =>
    fc.assert(
      fc.property(anyChain, size, (steps, start) => {
        const sized = sizesAlong(steps, start);
        expect(sized.ok ? sized.sizes.length - 1 : sized.misfit.step).toBeLessThan(steps.length);
        for (const each of sized.ok ? sized.sizes : []) {
          if (each === null) continue;
          expect(Number.isInteger(each.width) && Number.isInteger(each.height)).toBe(true);
          expect(Math.min(each.width, each.height)).toBeGreaterThanOrEqual(1);
          expect(each.width * each.height).toBeLessThanOrEqual(250_000_000);
        }
      }),
    ));
  it('fit never leaves its frame, and without enlarging never grows', () =>
    fc.assert(
      fc.property(size, size, fc.boolean(), (frame, start, enlarge) => {
        const after = sizeAfter({ kind: 'fit', ...frame, enlarge }, start);
        expect(after?.width).toBeLessThanOrEqual(enlarge ? frame.width : Math.min(frame.width, Math.max(1, start.width)));
        expect(after?.height).toBeLessThanOrEqual(enlarge ? frame.height : Math.min(frame.height, Math.max(1, start.height)));
      }),
    ));
  it('turning back gives the size back, mirroring keeps it', () =>
    fc.assert(
      fc.property(size, fc.constantFrom(90, 180, 270, -90), (start, angle) => {
        const there = sizeAfter({ kind: 'rotate', angle, colour: '#000000' }, start) ?? start;
        expect(sizeAfter({ kind: 'rotate', angle: -angle, colour: '#000000' }, there)).toEqual(start);
      }),
    ));
});

describe('a preview', () => {
  it('is the same chain on a smaller picture: never longer than asked, a valid chain, and the same shape', () =>
    fc.assert(
      fc.property(fc.array(anyStep, { minLength: 1, maxLength: 5 }), size, (steps, start) => {
        fc.pre(sizesAlong(steps, start).ok);
        const scale = previewScale(steps, start, 1000);
        expect(scale).toBeLessThanOrEqual(1);
        const small = scaledChain(steps, scale);
        expect(chain.safeParse(small).success).toBe(true);
        expect(small.map(({ kind }) => kind)).toEqual(steps.map(({ kind }) => kind));
        if (scale === 1) expect(small).toEqual(steps);
      }),
    ));
  it('shows a resize, a crop and a border in proportion', () => {
    const steps: Step[] = [
      { kind: 'crop', left: 1000, top: 0, width: 4000, height: 4000 },
      { kind: 'extend', top: 100, right: 100, bottom: 100, left: 100, colour: '#ffffff' },
    ];
    const start = { width: 6000, height: 4000 };
    const scale = previewScale(steps, start, 1500);
    expect(scale).toBe(0.25);
    expect(finishedSize(scaledChain(steps, scale), { width: 1500, height: 1000 })).toEqual({ width: 1050, height: 1050 });
  });
});

describe('the file', () => {
  it('stays what it was where no step says otherwise', () =>
    expect(fileOf([sampleSteps.flip], 'tiff')).toEqual({ format: 'tiff', quality: 92, keepMetadata: true }));
  it.each([
    ['heic', 'jpeg'],
    ['avif', 'jpeg'],
    ['gif', 'png'],
    ['svg', 'png'],
  ])('%s, which the studio does not write, becomes %s', (own, format) => expect(fileOf([sampleSteps.flip], own).format).toBe(format));
  it('the last word counts', () =>
    expect(
      fileOf(
        [
          { kind: 'convert', format: 'webp' },
          { kind: 'compress', quality: 40 },
          { kind: 'strip-metadata' },
          { kind: 'convert', format: 'jpeg' },
          { kind: 'compress', quality: 81 },
        ],
        'png',
      ),
    ).toEqual({ format: 'jpeg', quality: 81, keepMetadata: false }));
});
