/** The chain as it is put together in the panel. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chain as chainSchema, STEP_KINDS } from '../../../shared/edit/processing/chain.ts';
import { finishedSize, sizesAlong } from '../../../shared/edit/processing/sizes.ts';
import type { ProcessedPreview, ProcessingRun } from '../../../shared/ipc/processing.ts';
import { ok, type Result } from '../../../shared/result.ts';
import { type FakeBridge, idOf, installBridge, photoWith } from './fake-bridge.ts';

const bridge: FakeBridge = installBridge();
// What the browser keeps for the page.
const kept = new Map<string, string>();
Object.assign(window, {
  localStorage: { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => kept.set(key, value) },
});
const store = await import('../../../renderer/state/processing.ts');
const { newStep, newWatermark, offered, shownSize, sizeBefore } = await import('../../../renderer/studio/process/steps.ts');
const { useChain } = store;

beforeEach(() => useChain.setState({ steps: [], opened: null, said: '' }));
afterEach(() => store.useRuns.setState({ runs: new Map(), problem: null }));
const kinds = (): string[] => useChain.getState().steps.map(({ step }) => step.kind);
const keyAt = (index: number): string => useChain.getState().steps[index]?.key ?? '';

describe('a new step', () => {
  it.each(STEP_KINDS)('%s can be done to any photo as it is added', (kind) => {
    for (const size of [photoWith(1), { width: 16, height: 16 }, { width: 300, height: 4000 }]) {
      const step = kind === 'watermark' ? newWatermark('LOGO') : newStep(kind, size);
      expect(chainSchema.safeParse([step]).success).toBe(true);
      expect(sizesAlong([step], size).ok).toBe(true);
    }
  });
  it('all twenty are offered', () => expect(new Set(offered).size).toBe(20));
  it('meets the size that the steps before it left', () => {
    const resize = newStep('resize', { width: 6000, height: 4000 });
    expect(sizeBefore([resize], 1, { width: 6000, height: 4000 })).toEqual({ width: 2048, height: 1365 });
    const crop = newStep('crop', { width: 2048, height: 1365 });
    expect(finishedSize([resize, crop], { width: 6000, height: 4000 })).toEqual({ width: 1638, height: 1092 });
  });
  it('an applied photo counts by the size of its result', () => {
    expect(shownSize(photoWith(1))).toMatchObject({ width: 6000, height: 4000 });
  });
});

describe('the list', () => {
  it('adds at the end and opens what it added, moves, removes, and says each in words', () => {
    store.addStep({ kind: 'flip' }, 'Flip');
    store.addStep({ kind: 'grayscale' }, 'Grayscale');
    store.addStep({ kind: 'compress', quality: 80 }, 'Compress');
    expect(useChain.getState().opened).toBe(keyAt(2));
    expect(useChain.getState().said).toBe('Compress added as step 3.');
    store.moveStep(keyAt(2), -1, 'Compress');
    expect(kinds()).toEqual(['flip', 'compress', 'grayscale']);
    expect(useChain.getState().said).toBe('Compress is now step 2 of 3.');
    store.moveStep(keyAt(0), -1, 'Flip');
    store.moveStep(keyAt(2), 1, 'Grayscale');
    expect(kinds()).toEqual(['flip', 'compress', 'grayscale']);
    store.removeStep(keyAt(1), 'Compress');
    expect(kinds()).toEqual(['flip', 'grayscale']);
    expect(useChain.getState()).toMatchObject({ opened: null, said: 'Compress removed.' });
  });
  it('a step keeps its identity through changes and moves', () => {
    store.addStep({ kind: 'compress', quality: 80 }, 'Compress');
    store.addStep({ kind: 'flip' }, 'Flip');
    const key = keyAt(0);
    store.changeStep(key, { kind: 'compress', quality: 40 });
    store.moveStep(key, 1, 'Compress');
    expect(useChain.getState().steps[1]).toEqual({ key, step: { kind: 'compress', quality: 40 } });
  });
  it('takes no more than twenty', () => {
    for (let n = 0; n < 25; n++) store.addStep({ kind: 'flip' }, 'Flip');
    expect(kinds()).toHaveLength(20);
  });
});

describe('the preview', () => {
  it('is asked for one at a time, and only the newest wish is shown', async () => {
    const waiting: ((answer: Result<ProcessedPreview>) => void)[] = [];
    bridge.answer({ 'processing.preview': () => new Promise((resolve) => waiting.push(resolve)) });
    const preview = (width: number) => ok({ photoId: idOf(1), revision: width, width, height: 10, format: 'jpeg' as const });
    const first = store.askProcessed(idOf(1), [{ kind: 'flip' }]);
    void store.askProcessed(idOf(1), [{ kind: 'mirror' }]);
    void store.askProcessed(idOf(1), [{ kind: 'grayscale' }]);
    expect(waiting).toHaveLength(1);
    waiting[0]?.(preview(1));
    await Promise.resolve();
    await new Promise((resolve) => setImmediate(resolve));
    expect(waiting).toHaveLength(2);
    expect(store.useProcessedPreview.getState()).toMatchObject({ working: true, preview: null });
    waiting[1]?.(preview(2));
    await first;
    expect(store.useProcessedPreview.getState()).toMatchObject({ working: false, preview: { width: 2 } });
    const chains = bridge.asked.filter(({ name }) => name === 'processing.preview').map(({ input }) => JSON.stringify(input));
    expect(chains.at(-1)).toContain('grayscale');
  });
});

describe('a run', () => {
  const run = (change: Partial<ProcessingRun>): ProcessingRun => ({
    id: 'R1',
    state: 'running',
    total: 2,
    done: 0,
    failed: 0,
    unpaid: 0,
    held: 0,
    ahead: 0,
    free: true,
    charged: '0',
    folder: 'Pictures',
    resumed: false,
    waiting: false,
    summary: null,
    problems: [],
    ...change,
  });
  const shown = (): ProcessingRun[] => [...store.useRuns.getState().runs.values()];
  it('that is over stays over, also when its first answer arrives late', async () => {
    bridge.answer({
      'processing.start': () => {
        store.runChanged(run({ state: 'finished', done: 2, summary: 'Processed 2 photos.' }));
        return ok(run({}));
      },
    });
    await store.startRun([idOf(1), idOf(2)], [{ kind: 'flip' }]);
    expect(shown()).toMatchObject([{ state: 'finished', summary: 'Processed 2 photos.' }]);
  });
  it('waits its turn below the one before it; each ends, and is put away, by itself', () => {
    store.runChanged(run({}));
    store.runChanged(run({ id: 'R2', ahead: 1, held: 2, free: false }));
    store.runChanged(run({ state: 'finished', done: 2, summary: 'Processed 2 photos.' }));
    expect(shown()).toMatchObject([
      { id: 'R1', state: 'finished' },
      { id: 'R2', ahead: 1 },
    ]);
    store.dismissRun('R1');
    expect(shown()).toMatchObject([{ id: 'R2', state: 'running' }]);
  });
  it('that was set aside and goes on is no longer said to be over', () => {
    store.runChanged(run({ state: 'finished', summary: 'Set aside after 0 of 2 photos.' }));
    store.runChanged(run({}));
    expect(shown()).toMatchObject([{ id: 'R1', summary: null }]);
  });
  it('that was refused says why', async () => {
    bridge.answer({ 'processing.start': () => ({ ok: false, error: { code: 'offline', message: 'Offline.' } }) });
    await store.startRun([idOf(1)], [{ kind: 'flip' }]);
    expect(store.useRuns.getState().problem).toMatchObject({ code: 'offline' });
  });
});
