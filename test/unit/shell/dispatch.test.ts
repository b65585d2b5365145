import { expect, test } from 'vitest';
import { answeringAll, dispatch, type Handlers } from '../../../electron/dispatch.ts';
import { defaultRecipe } from '../../../shared/edit/recipe.ts';
import { type CallName, calls } from '../../../shared/ipc/index.ts';
import { fail, ok, type Problem } from '../../../shared/result.ts';

const reported: [string, unknown][] = [];
const report = (where: string, fault: unknown): string => {
  reported.push([where, fault]);
  return 'REF-7';
};
/** Only the calls that a test makes; the type wants all of them. */
const handlers = (some: Partial<Handlers>): Handlers => some as Handlers;

test('a good request is answered with what the contract lets through', async () => {
  const info = { version: '1', electron: '42', dataFolder: '/d', platform: 'linux', token: 'secret' };
  const answer = await dispatch(handlers({ 'app.info': () => ok(info) }), 'app.info', undefined, report);
  expect(answer).toEqual({ ok: true, value: { version: '1', electron: '42', dataFolder: '/d', platform: 'linux' } });
});

test.each([
  ['library.importPaths', { paths: [] }],
  ['library.importPaths', { paths: [7] }],
  ['library.importPaths', null],
  ['library.revert', { photoIds: ['../../etc/passwd'] }],
  ['applying.apply', { edits: { recipes: [{}], photos: [{ photoId: '01ARZ3NDEKTSV4RRFFQ69G5FAV', recipe: 0 }] }, mode: 'all or nothing' }],
  [
    'applying.apply',
    { edits: { recipes: [defaultRecipe], photos: [{ photoId: '01ARZ3NDEKTSV4RRFFQ69G5FAV', recipe: 1 }] }, mode: 'all or nothing' },
  ],
  ['app.openLink', { link: 'https://example.com' }],
  ['settings.set', { surround: 256 }],
] as const)('%s with %j is the problem invalid_input, and nothing is done', async (name, input) => {
  let called = 0;
  const count = () => {
    called += 1;
    return ok(undefined as never);
  };
  const answer = await dispatch(handlers({ [name]: count }), name, input, report);
  expect(answer).toMatchObject({ ok: false, error: { code: 'invalid_input' } });
  expect(called).toBe(0);
});

test('a problem passes through as it is', async () => {
  const problem: Problem = { code: 'insufficient_credit', message: 'Two credits are missing.' };
  expect(await dispatch(handlers({ 'wallet.sync': () => fail(problem) }), 'wallet.sync', undefined, report)).toEqual({
    ok: false,
    error: problem,
  });
});

test('an exception becomes the problem internal with a reference, and its text stays in the log', async () => {
  reported.length = 0;
  const fault = new Error('token abc at /home/someone');
  const throwing = handlers({
    'wallet.sync': () => {
      throw fault;
    },
  });
  const answer = await dispatch(throwing, 'wallet.sync', undefined, report);
  expect(answer).toMatchObject({ ok: false, error: { code: 'studio_fault', message: expect.stringContaining('Reference REF-7') } });
  expect(JSON.stringify(answer)).not.toContain('abc');
  expect(reported).toEqual([['wallet.sync', fault]]);
});

/** Input that the contract lets through. */
const moving: readonly (readonly [CallName, unknown])[] = [
  ['wallet.buy', { packId: 'pack-50' }],
  ['wallet.topUp', { amount: '5' }],
  ['wallet.changePlan', { action: 'cancel' }],
  ['wallet.refund', { opId: '01ARZ3NDEKTSV4RRFFQ69G5FAV' }],
  ['wallet.setAutoTopUp', { settings: null }],
  ['applying.resume', { batchId: 'b' }],
  ['applying.cancel', { batchId: 'b' }],
  ['processing.cancel', { runId: 'r' }],
];
test.each(moving)('a fault in %s denies nothing: it may have come after the server had done it', async (name, input) => {
  const throwing = handlers({ [name]: () => Promise.reject(new Error('disk I/O error')) });
  const answer = await dispatch(throwing, name, input, report);
  const message = answer.ok ? '' : answer.error.message;
  expect(message).toMatch(/not known here.*charged once at most.*History.*REF-7/);
  expect(message).not.toMatch(/not carried out|Nothing (is|was) charged|nothing was done/i);
});

test('a fault where nothing can have been ordered says so', async () => {
  const throwing = handlers({ 'wallet.invoices': () => Promise.reject(new Error('disk I/O error')) });
  const answer = await dispatch(throwing, 'wallet.invoices', undefined, report);
  expect(answer).toMatchObject({ ok: false, error: { message: expect.stringContaining('orders and charges nothing') } });
});

test('an answer outside the contract is a fault of ours, not data for the page', async () => {
  const wrong = { state: 'sideways', since: '', reason: null, local: true };
  const answer = await dispatch(handlers({ 'wallet.sync': () => ok(wrong as never) }), 'wallet.sync', undefined, report);
  expect(answer).toMatchObject({ ok: false, error: { code: 'studio_fault' } });
});

test('a studio that could not be opened answers every call with why', async () => {
  const problem: Problem = { code: 'studio_unopened', message: 'Backlot could not open its own data.' };
  for (const name of Object.keys(calls) as CallName[]) {
    expect(await answeringAll(problem)[name](undefined as never)).toEqual({ ok: false, error: problem });
  }
});

test('handlers that never come are an internal problem, not a hanging call', async () => {
  const answer = await dispatch(Promise.reject(new Error('database is malformed')), 'assets.list', undefined, report);
  expect(answer).toMatchObject({ ok: false, error: { code: 'studio_fault' } });
});
