/** Files on their way to the server: over a line that cuts every piece off, against a server that says no, and stopped by the person. */
import { describe, expect, test } from 'vitest';
import { type FileToSend, type MovingParts, sendFile } from '../../../electron/reporting/one-file.ts';
import type { Transport, UploadRequest } from '../../../electron/wallet/transport.ts';
import { seconds } from '../../../shared/credits/model/durations.ts';
import { opIdFrom } from '../../../shared/credits/model/minting.ts';

const BYTES = 1_500_000;
const content = Buffer.from(Array.from({ length: BYTES }, (_, at) => at % 251));
const toSend: FileToSend = {
  bytes: BYTES,
  metadata: { opId: opIdFrom('01JZ0000000000000000000000'), role: 'result', type: 'image/jpeg', sha256: 'a'.repeat(64) },
  file: {
    // As a file handle reads: into the room that it is given.
    read: (async (room: Buffer, _from: number, length: number, at: number) => ({
      buffer: room,
      bytesRead: content.copy(room, 0, at, at + length),
    })) as unknown as FileToSend['file']['read'],
  },
};
type Tus = Transport['upload'];

/** A server that keeps what arrives. `line`: how much of a piece comes through, and whether its answer comes back. */
function receiver(line: (request: UploadRequest) => { readonly arrives: number; readonly answers: boolean }) {
  let kept = Buffer.alloc(0);
  const asked: string[] = [];
  const tus: Tus = async (request) => {
    const { method, headers = {}, bytes } = request;
    asked.push(method);
    if (method === 'POST') return { kind: 'upload', offset: null, path: '/v1/uploads/upl_1' };
    if (method === 'HEAD') return { kind: 'upload', offset: kept.length, path: null };
    expect(Number(headers['Upload-Offset'])).toBe(kept.length);
    const { arrives, answers } = line(request);
    kept = Buffer.concat([kept, (bytes ?? Buffer.alloc(0)).subarray(0, arrives)]);
    return answers ? { kind: 'upload', offset: kept.length, path: null } : { kind: 'silence', reason: 'Cut off.' };
  };
  return { tus, asked, kept: () => kept };
}

const unasked = (): Promise<never> => Promise.reject(new Error('Nothing else is asked here.'));
/** Every pause is over at once. */
const afterNoTime = (_ms: unknown, task: () => void): (() => void) => {
  queueMicrotask(task);
  return () => undefined;
};

const parts = (tus: Tus, stop = new AbortController().signal): MovingParts & { readonly seen: number[] } => {
  const seen: number[] = [];
  return {
    transport: { upload: tus, send: unasked, download: unasked, listen: () => () => undefined },
    world: { rng: { next: () => 0 }, timers: { after: afterNoTime } },
    patience: { tries: 3, longestPauseMs: seconds(10) },
    stop,
    progress: (sent) => seen.push(sent),
    seen,
  };
};

describe('a file is sent', () => {
  test('whole, in pieces that grow, without asking in between', async () => {
    const server = receiver(() => ({ arrives: Number.POSITIVE_INFINITY, answers: true }));
    const sending = parts(server.tus);
    expect(await sendFile(sending, toSend)).toEqual({ kind: 'sent', id: 'upl_1' });
    expect(server.kept().equals(content)).toBe(true);
    expect(server.asked).toEqual(['POST', 'HEAD', 'PATCH', 'PATCH', 'PATCH']);
    expect(sending.seen).toEqual([0, 262_144, 786_432, BYTES]);
  });

  test('also over a line that cuts off every piece: whatever arrives counts, and is never sent twice', async () => {
    const server = receiver(() => ({ arrives: 100_000, answers: false }));
    expect(await sendFile(parts(server.tus), toSend)).toEqual({ kind: 'sent', id: 'upl_1' });
    expect(server.kept().equals(content)).toBe(true);
  });

  test('until nothing arrives any more: then it says why, and what arrived stays', async () => {
    let left = 2;
    const server = receiver(() => ({ arrives: left-- > 0 ? 100_000 : 0, answers: false }));
    expect(await sendFile(parts(server.tus), toSend)).toEqual({ kind: 'out of reach', reason: 'Cut off.' });
    expect(server.kept().length).toBe(200_000);
  });

  test('until the person stops it', async () => {
    const stop = new AbortController();
    const server = receiver(() => {
      stop.abort();
      return { arrives: 1000, answers: true };
    });
    expect(await sendFile(parts(server.tus, stop.signal), toSend)).toEqual({ kind: 'stopped' });
    expect(server.asked).toEqual(['POST', 'HEAD', 'PATCH']);
  });

  test.each(['conflict', 'upload_unfinished'])(
    'on from where it stands, when a piece is refused because that is elsewhere (%s)',
    async (code) => {
      const { tus, asked, kept } = receiver(({ bytes }) => ({ arrives: bytes?.length ?? 0, answers: true }));
      const problem = { type: 'about:blank', title: 'Elsewhere', status: 409, code, detail: 'Ask where it stands.' };
      let pieces = 0;
      const once: Tus = async (request) =>
        request.method === 'PATCH' && ++pieces === 2 ? { kind: 'answer', status: 409, body: problem, retryAfterMs: null } : tus(request);
      expect(await sendFile(parts(once), toSend)).toEqual({ kind: 'sent', id: 'upl_1' });
      expect(kept().equals(content)).toBe(true);
      expect(asked.filter((method) => method === 'HEAD')).toHaveLength(2);
    },
  );

  test('not where the server says no, or has deleted what it had', async () => {
    const problem = { type: 'about:blank', title: 'No', status: 403, code: 'consent_required', detail: 'Agree first.' };
    const refusing: Tus = async () => ({ kind: 'answer', status: 403, body: problem, retryAfterMs: null });
    expect(await sendFile(parts(refusing), toSend)).toMatchObject({ kind: 'refused', problem: { code: 'consent_required' } });
    const deleted: Tus = async ({ method }) =>
      method === 'POST' ? { kind: 'upload', offset: null, path: '/v1/uploads/upl_1' } : { kind: 'gone' };
    expect(await sendFile(parts(deleted), toSend)).toEqual({ kind: 'gone' });
  });
});
