/** The chain of processing steps being put together, its preview, its cost, and the runs that write files. The chain survives a restart. */
import { create } from 'zustand';
import { persist } from 'zustand/middleware';
import { type Chain, MAX_STEPS, readChain, type Step } from '../../shared/edit/processing/chain.ts';
import type { ProcessedPreview, ProcessingCost, ProcessingRun, WithheldSteps } from '../../shared/ipc/processing.ts';
import type { Problem } from '../../shared/result.ts';
import { call } from '../bridge.ts';

/** A step with an identity of its own: two may be alike, and moving one must not make another one open. */
export interface ListedStep {
  readonly key: string;
  readonly step: Step;
}

interface ProcessingState {
  readonly steps: readonly ListedStep[];
  /** The step whose settings are shown. */
  readonly opened: string | null;
  /** The preview stands on the canvas. */
  readonly shown: boolean;
  /** What screen readers are told of the last change to the list. */
  readonly said: string;
}

let made = 0;
const listed = (step: Step): ListedStep => {
  made += 1;
  return { key: `step-${made}`, step };
};

/** What survives a restart. */
interface Kept {
  readonly chain: Chain;
  readonly shown: boolean;
}

/** The chain of steps that is put together, kept between starts. */
export const useChain = create<ProcessingState>()(
  persist<ProcessingState, [], [], Kept>(() => ({ steps: [], opened: null, shown: true, said: '' }), {
    name: 'backlot.processing',
    version: 1,
    partialize: (state) => ({ chain: chainOf(state.steps), shown: state.shown }),
    merge: (kept, fresh) => {
      // What was kept may be from another version: what is no chain is left behind.
      const { chain, shown } = typeof kept === 'object' && kept !== null ? (kept as { chain?: unknown; shown?: unknown }) : {};
      const read = readChain(chain);
      return { ...fresh, steps: read.ok ? read.value.map(listed) : [], shown: shown !== false };
    },
  }),
);

/** The steps without the keys that the list knows them by. */
export const chainOf = (steps: readonly ListedStep[]): Chain => steps.map(({ step }) => step);

/** Shows the settings of a step; null: of none. */
export function openStep(key: string | null): void {
  useChain.setState({ opened: key });
}

/** Whether the canvas shows what the chain makes. */
export function showProcessed(shown: boolean): void {
  useChain.setState({ shown });
}

/** At the end of the chain, its settings open. */
export function addStep(step: Step, label: string): void {
  useChain.setState((state) => {
    if (state.steps.length >= MAX_STEPS) return state;
    const added = listed(step);
    return { steps: [...state.steps, added], opened: added.key, said: `${label} added as step ${state.steps.length + 1}.` };
  });
}

/** Replaces the step of that key. */
export function changeStep(key: string, step: Step): void {
  useChain.setState((state) => ({ steps: state.steps.map((each) => (each.key === key ? { key, step } : each)) }));
}

/** Moves a step by so many places; at the ends it stays. */
export function moveStep(key: string, places: -1 | 1, label: string): void {
  useChain.setState((state) => {
    const from = state.steps.findIndex((each) => each.key === key);
    const to = from + places;
    const moved = state.steps[from];
    if (moved === undefined || to < 0 || to >= state.steps.length) return state;
    const steps = state.steps.filter((each) => each.key !== key);
    steps.splice(to, 0, moved);
    return { steps, said: `${label} is now step ${to + 1} of ${steps.length}.` };
  });
}

/** The chain without the step of that key. */
export function removeStep(key: string, label: string): void {
  useChain.setState((state) => ({
    steps: state.steps.filter((each) => each.key !== key),
    opened: state.opened === key ? null : state.opened,
    said: `${label} removed.`,
  }));
}

/** An empty chain. */
export function clearSteps(): void {
  useChain.setState({ steps: [], opened: null, said: 'All steps removed.' });
}

/** The preview of a chain. `of`: the chain that it shows; `working`: another is on its way. */
export interface PreviewState {
  readonly preview: ProcessedPreview | null;
  /** What the preview was asked with. */
  readonly of: Chain | null;
  readonly problem: Problem | null;
  readonly working: boolean;
}

/** Of the active photo. */
export const useProcessedPreview = create<PreviewState>(() => ({ preview: null, of: null, problem: null, working: false }));

/** What is asked for next, while one preview is being made: only the newest wish counts. */
let wish: { readonly photoId: string; readonly chain: Chain } | null = null;
let asking = false;

/** Asks for a preview of what the photo shows now; never two at a time. */
export async function askProcessed(photoId: string, chain: Chain): Promise<void> {
  wish = { photoId, chain };
  // The picture of another photo is no preview of this one.
  useProcessedPreview.setState((state) => ({ working: true, preview: state.preview?.photoId === photoId ? state.preview : null }));
  if (asking) return;
  asking = true;
  while (wish !== null) {
    const mine: { readonly photoId: string; readonly chain: Chain } = wish;
    wish = null;
    const answer = await call('processing.preview', { photoId: mine.photoId, chain: [...mine.chain] });
    if (wish !== null) continue;
    useProcessedPreview.setState(
      answer.ok
        ? { preview: answer.value, of: mine.chain, problem: null, working: false }
        : { preview: null, of: null, problem: answer.error, working: false },
    );
  }
  asking = false;
}

/** The runs that write files, in their turn: those that are not over, and those whose end was not put away. */
export const useRuns = create<{ readonly runs: ReadonlyMap<string, ProcessingRun>; readonly problem: Problem | null }>(() => ({
  runs: new Map(),
  problem: null,
}));

/** How a run is now. One that was set aside, and said to be over, may go on. */
export function runChanged(run: ProcessingRun): void {
  useRuns.setState(({ runs }) => ({ runs: new Map(runs).set(run.id, run), problem: null }));
}

/** Asks for the runs that an earlier process left, too. */
export async function loadRuns(): Promise<void> {
  const answer = await call('processing.runs', undefined);
  if (answer.ok) for (const run of answer.value) runChanged(run);
}

/** Writes the files of these photos, after those of the runs before it. */
export async function startRun(photoIds: readonly string[], chain: Chain): Promise<void> {
  const answer = await call('processing.start', { photoIds: [...photoIds], chain: [...chain] });
  if (!answer.ok) useRuns.setState({ problem: answer.error });
  // An event about it may have come before the answer, and is newer.
  else if (!useRuns.getState().runs.has(answer.value.id)) runChanged(answer.value);
}

/** Cancels what is pending, which costs nothing; other runs go on. */
export async function cancelRun(runId: string): Promise<void> {
  const answer = await call('processing.cancel', { runId });
  if (!answer.ok) useRuns.setState({ problem: answer.error });
}

/** Puts a run that is over away. */
export const dismissRun = (runId: string): void =>
  useRuns.setState(({ runs }) => ({ runs: new Map([...runs].filter(([id]) => id !== runId)), problem: null }));

/** Steps that the policy keeps for applying, with the reason: not offered here. */
export const useWithheld = create<{ readonly withheld: WithheldSteps }>(() => ({ withheld: [] }));

/** Asks which steps the policy does not let processing do. */
export async function loadWithheld(): Promise<void> {
  const answer = await call('processing.withheld', undefined);
  if (answer.ok) useWithheld.setState({ withheld: answer.value });
}

/** What the chain would cost; null: not asked yet. */
export const useCost = create<{ readonly cost: ProcessingCost | null }>(() => ({ cost: null }));

/** Only the newest answer counts. */
let costTurn = 0;

/** For so many photos; the last answer that was asked for counts. */
export async function askCost(photos: number, chain: Chain): Promise<void> {
  costTurn += 1;
  const mine = costTurn;
  if (chain.length === 0) return useCost.setState({ cost: null });
  const answer = await call('processing.cost', { photos, chain: [...chain] });
  if (mine !== costTurn) return;
  const unknown = { photos, each: '0', total: '0', free: false };
  useCost.setState({ cost: answer.ok ? answer.value : { ...unknown, refusal: answer.error } });
}
