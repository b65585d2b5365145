/**
 * GET /v1/ledger/stream: server-sent events that only wake; pulling is the truth. Alerts come along when they change, and `account` says that
 * something beside the ledger did: a renewal that was declined, a checkout that was left.
 */
import type { ServerResponse } from 'node:http';
import { STREAM_HEARTBEAT_MS } from '../../shared/api/index.ts';
import type { AccountId } from '../../shared/credits/model/quantities.ts';
import { accountOf } from '../identity/auth.ts';
import { Refusal } from '../problems.ts';
import type { Server } from '../server.ts';
import type { Routes } from './route.ts';

/** What may wait for somebody who does not read; then the stream ends. */
const UNREAD_BYTES = 256 * 1024;

export const streamRoutes: Routes = (app, server) => {
  app.get(
    '/v1/ledger/stream',
    {
      schema: {
        summary: 'Wakes when the ledger grows (event ledger, id = seq), alerts change (event alerts), or a payment does (event account)',
        produces: ['text/event-stream'],
      },
    },
    async (request, reply) => {
      const accountId = accountOf(request);
      const { seq, alerts } = await server.wallets.read(accountId);
      reply.hijack();
      const out = reply.raw;
      out.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
      const { tokenId = '' } = request.caller ?? {};
      const { authorization } = request.headers;
      stream(server, accountId, out, { seq, alerts: JSON.stringify(alerts), tokenId, authorization });
    },
  );
};

interface Opened {
  readonly seq: number;
  readonly alerts: string;
  /** The token that opened it: the stream ends with it. */
  readonly tokenId: string;
  readonly authorization: string | undefined;
}

function stream(server: Server, accountId: AccountId, out: ServerResponse, first: Opened): void {
  let lastAlerts = first.alerts;
  const say = (text: string): void => {
    if (out.writableLength > UNREAD_BYTES) out.destroy();
    else out.write(text);
  };
  /** What the wallet warns of at this moment. `seq`: at least so far; null: wherever the memory of this server stands. */
  const look = (seq: number | null): void => {
    server.wallets.alerts(accountId, seq).then(
      (alerts) => {
        const now = JSON.stringify(alerts);
        if (now !== lastAlerts) say(`event: alerts\ndata: ${now}\n\n`);
        lastAlerts = now;
      },
      // The next wake-up looks again.
      () => undefined,
    );
  };
  const ledger = (at: number): string => `id: ${at}\nevent: ledger\ndata: {"seq":${at}}\n\n`;
  const wake = (at: number | null): void => {
    say(at === null ? 'event: account\ndata: {}\n\n' : ledger(at));
    look(at);
  };
  say(`${ledger(first.seq)}event: alerts\ndata: ${lastAlerts}\n\n`);
  const leaving = [
    server.wake.listen(accountId, wake),
    server.wake.onClose(() => out.end()),
    server.streams.enter(accountId, () => out.end()),
    server.auth.watch(first.tokenId, () => out.end()),
  ];
  // What time alone brings (credit that expires soon) is looked for as often: in memory, the database is asked for the token alone.
  const heartbeat = setInterval(() => {
    say(': still here\n\n');
    look(null);
    // A token that expired, or whose end was told while nobody could listen. A database that is away ends no stream.
    server.auth
      .identify(first.authorization)
      .catch((error: unknown) => error instanceof Refusal && error.code === 'unauthorized' && out.end());
  }, STREAM_HEARTBEAT_MS);
  out.once('close', () => {
    clearInterval(heartbeat);
    for (const leave of leaving) leave();
  });
}
