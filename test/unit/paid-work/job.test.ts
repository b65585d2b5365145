import { describe, expect, test } from 'vitest';
import { advance, assertJob, ImpossibleStep, isFinal, type Job, type JobEvent, type JobState } from '../../../electron/paid-work/job.ts';
import type { Problem } from '../../../shared/result.ts';
import { opNamed } from '../../quantities.ts';

const file = { path: '/results/p/j.jpg', picture: { width: 10, height: 10, bytes: 99, sha256: 'ab' } };
const problem: Problem = { code: 'picture_damaged', message: 'IMG_0042.jpg is damaged.', file: 'IMG_0042.jpg' };
const cancelled: Problem = { code: 'cancelled', message: 'Cancelled.' };

const job = (state: JobState, more: Partial<Job> = {}): Job => ({
  id: 'j',
  batchId: 'b',
  photo: { id: 'p', name: 'IMG_0042.jpg', origin: null },
  position: 0,
  chunk: 0,
  task: {},
  key: null,
  state,
  opId: opNamed('op1'),
  sent: false,
  lapses: 0,
  made: null,
  charged: null,
  problem: null,
  ...more,
});

/** As a job of this state always is. */
const lawful = (state: JobState): Job =>
  job(state, {
    made: state === 'made' || state === 'unpaid' ? file : null,
    charged: state === 'settled' || state === 'undelivered' ? '1' : null,
  });

const events: Record<JobEvent['kind'], JobEvent> = {
  asked: { kind: 'asked' },
  held: { kind: 'held' },
  refused: { kind: 'refused', problem },
  started: { kind: 'started' },
  interrupted: { kind: 'interrupted' },
  made: { kind: 'made', file },
  failed: { kind: 'failed', problem },
  'file lost': { kind: 'file lost' },
  'hold lapsed': { kind: 'hold lapsed', opId: opNamed('op2') },
  'credit lacking': { kind: 'credit lacking', problem },
  'credit there': { kind: 'credit there', opId: opNamed('op3') },
  charged: { kind: 'charged', charged: '1', problem },
  settled: { kind: 'settled', charged: '1', problem: null },
  'found charged': { kind: 'found charged', charged: '1' },
  undeliverable: { kind: 'undeliverable', problem },
  cancelled: { kind: 'cancelled', problem: cancelled },
  released: { kind: 'released' },
};

/** The whole state machine: what each step makes of each state. A missing cell must not happen. */
const table: Record<JobState, Partial<Record<JobEvent['kind'], JobState>>> = {
  queued: { asked: 'queued', held: 'held', refused: 'refused', cancelled: 'released' },
  held: { started: 'making', failed: 'failed', cancelled: 'failed' },
  making: { interrupted: 'held', made: 'made', failed: 'failed', cancelled: 'making' },
  made: { failed: 'failed', 'file lost': 'held', 'hold lapsed': 'queued', charged: 'made', settled: 'settled', cancelled: 'made' },
  unpaid: { 'credit there': 'queued', cancelled: 'released' },
  settled: { cancelled: 'settled' },
  undelivered: { cancelled: 'undelivered' },
  refused: { cancelled: 'refused' },
  failed: { released: 'released', 'found charged': 'held', cancelled: 'failed' },
  released: { cancelled: 'released' },
};

describe('a job of a batch', () => {
  for (const [state, row] of Object.entries(table)) {
    for (const [kind, event] of Object.entries(events)) {
      // Keys of the table and of the events are exactly these unions.
      const from = lawful(state as JobState);
      const expected = row[kind as JobEvent['kind']];
      if (expected === undefined)
        test(`${state} cannot take the step ${kind}`, () => expect(() => advance(from, event)).toThrow(ImpossibleStep));
      else test(`${state} + ${kind} -> ${expected}`, () => expect(advance(from, event).state).toBe(expected));
    }
  }

  test('final states are settled, undelivered, refused and released', () => {
    expect(Object.keys(table).filter((state) => isFinal(state as JobState))).toEqual(['settled', 'undelivered', 'refused', 'released']);
  });

  test('a finished file without credit waits, made and not paid; with credit it is asked for under a new id, written first', () => {
    const unpaid = advance(job('queued', { made: file, sent: true, lapses: 1 }), events['credit lacking']);
    expect(unpaid).toMatchObject({ state: 'unpaid', made: file, charged: null, problem });
    expect(advance(unpaid, events['credit there'])).toMatchObject({
      state: 'queued',
      opId: 'op3',
      sent: false,
      made: file,
      problem: null,
    });
    expect(advance(unpaid, events.cancelled)).toMatchObject({ state: 'released', problem: cancelled });
  });

  test('paid and not delivered yet: it is neither given back, nor held anew, nor cancelled; its case is told where its file is gone', () => {
    const paid = advance(job('made', { made: file }), events.charged);
    expect(paid).toMatchObject({ state: 'made', charged: '1', problem });
    for (const kind of ['failed', 'hold lapsed'] as const) expect(() => advance(paid, events[kind])).toThrow(ImpossibleStep);
    expect(advance(paid, events.cancelled)).toBe(paid);
    expect(advance(paid, events.settled)).toMatchObject({ state: 'settled', charged: '1', problem: null });
    expect(advance(paid, events.undeliverable)).toMatchObject({ state: 'undelivered', charged: '1', made: file });
    expect(advance(paid, events['file lost'])).toMatchObject({ state: 'held', charged: '1', made: null });
  });

  test.each([
    ['settled', {}],
    ['undelivered', {}],
    ['made', {}],
    ['unpaid', {}],
    ['unpaid', { made: file, charged: '1' }],
    ['held', { made: file }],
    ['making', { made: file }],
    ['queued', { charged: '1' }],
    ['refused', { charged: '1' }],
    ['failed', { charged: '1' }],
    ['released', { charged: '1' }],
  ] satisfies [JobState, Partial<Job>][])('%s with %j is never kept', (state, more) =>
    expect(() => assertJob(job(state, more))).toThrow('must not be kept'),
  );

  test('only a finished file waits for credit', () =>
    expect(() => advance(job('queued'), events['credit lacking'])).toThrow(ImpossibleStep));

  test('what turns out to be charged is delivered: from its file, or made again and then never given back or cancelled', () => {
    expect(advance(job('failed', { made: file }), events['found charged'])).toMatchObject({
      state: 'made',
      charged: '1',
      problem: null,
    });
    const again = advance(job('failed', { problem }), events['found charged']);
    expect(again).toMatchObject({ state: 'held', charged: '1', opId: 'op1', problem: null });
    expect(advance(again, events.cancelled)).toBe(again);
    expect(advance(advance(again, events.started), events.undeliverable)).toMatchObject({ state: 'undelivered', charged: '1', problem });
  });

  test('only what is charged can be undeliverable: the rest is not charged', () =>
    expect(() => advance(job('held'), events.undeliverable)).toThrow(ImpossibleStep));

  test('cancelled before anything was sent: nothing is held, so nothing has to be released', () => {
    expect(advance(job('queued'), events.cancelled)).toMatchObject({ state: 'released', problem: cancelled });
  });

  test('cancelled while the answer is on its way: what is held then goes back', () => {
    const waiting = advance(job('queued', { sent: true }), events.cancelled);
    expect(waiting).toMatchObject({ state: 'queued', problem: cancelled });
    expect(advance(waiting, events.held)).toMatchObject({ state: 'failed', problem: cancelled });
  });

  test('a lapsed hold keeps the finished file and asks under a new id', () => {
    const again = advance(job('made', { made: file, sent: true }), events['hold lapsed']);
    expect(again).toMatchObject({ state: 'queued', opId: 'op2', sent: false, lapses: 1, made: file });
    expect(advance(again, events.held)).toMatchObject({ state: 'made', made: file });
    expect(advance(again, events.cancelled)).toBe(again);
  });

  test('a lost file is made again under the same hold', () => {
    expect(advance(job('made', { made: file }), events['file lost'])).toMatchObject({ state: 'held', made: null, opId: 'op1' });
  });
});
