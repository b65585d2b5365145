import { expect, test } from 'vitest';
import { requestHolds, requestRelease, requestSettle } from '../../../electron/paid-work/requests.ts';
import type { Answer, Transport } from '../../../electron/wallet/transport.ts';
import { opNamed } from '../../quantities.ts';

const opId = '01J00000000000000000000001';
const receipt = (status: string, of = opId) =>
  answer(200, {
    opId: of,
    status,
    amount: '1',
    charged: '1',
    returned: '0',
    slices: [],
    seq: 1,
    at: '2026-11-23T09:00:00.000Z',
    holdExpiresAt: null,
  });
const answer = (status: number, body: unknown): Answer => ({ kind: 'answer', status, body, retryAfterMs: null });
const refusal = (status: number, code: string) => answer(status, { type: 'x', title: 't', status, detail: 'No.', code });
const stranger: Answer = { kind: 'not from us', reason: 'A page.', retryAfterMs: null };
const silence: Answer = { kind: 'silence', reason: 'Nobody there.' };

function saying(...answers: Answer[]): Transport {
  return {
    send: async () => answers.shift() ?? silence,
    download: async () => ({ kind: 'no file', reason: '' }),
    upload: async () => ({ kind: 'silence', reason: '' }),
    listen: () => () => undefined,
  };
}

test.each([
  ['settled', [receipt('settled')], 'settled'],
  ['another operation’s receipt', [receipt('settled', '01J00000000000000000000002')], 'again'],
  ['a page', [stranger], 'again'],
  ['nothing', [silence], 'again'],
  ['other JSON', [answer(200, { ok: true })], 'again'],
  ['refused, and it was released', [refusal(409, 'conflict'), receipt('released')], 'gone'],
  ['refused, and it was settled before', [refusal(409, 'conflict'), receipt('settled')], 'settled'],
  ['refused, and the server does not know it', [refusal(404, 'not_found'), refusal(404, 'not_found')], 'gone'],
  ['refused, and then a page', [refusal(409, 'conflict'), stranger], 'again'],
  ['refused, and then a refusal of the look-up itself', [refusal(409, 'conflict'), refusal(403, 'forbidden')], 'again'],
  ['refused, and then a sign-in that is not accepted', [refusal(409, 'conflict'), refusal(401, 'unauthorized')], 'locked out'],
  ['refused, and then the receipt of another', [refusal(409, 'conflict'), receipt('released', '01J00000000000000000000002')], 'again'],
] satisfies [string, Answer[], string][])('what became of a hold: %s', async (_what, answers, kind) => {
  expect((await requestSettle(saying(...answers), opNamed(opId))).kind).toBe(kind);
  expect((await requestRelease(saying(...answers), opNamed(opId), 'failed')).kind).toBe(kind);
});

test('a page in place of a decision decides about no photo', async () => {
  for (const said of [stranger, silence, answer(200, { login: 'x' }), answer(404, '<html>'), answer(200, { outcomes: [] })])
    expect((await requestHolds(saying(said), [], true)).kind).toBe('again');
});
