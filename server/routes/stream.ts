/**
 * GET /v1/ledger/stream: server-sent events that only wake; pulling is the truth. Alerts come along when they change, and `account` says that
 * something beside the ledger did: a renewal that was declined, a checkout that was left.
 */
import { accountOf } from '../identity/auth.ts';
import type { Routes } from './route.ts';

/** Keeps proxies from closing a quiet stream; and what time alone brings (credit that expires soon) is looked for as often. */
const HEARTBEAT_MS = 10_000;

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
      let lastAlerts = JSON.stringify(alerts);
      const look = (): void => {
        server.wallets.read(accountId).then(
          (wallet) => {
            const now = JSON.stringify(wallet.alerts);
            if (now !== lastAlerts) out.write(`event: alerts\ndata: ${now}\n\n`);
            lastAlerts = now;
          },
          // The next wake-up looks again.
          () => undefined,
        );
      };
      const wake = (at: number | null): void => {
        out.write(at === null ? 'event: account\ndata: {}\n\n' : `id: ${at}\nevent: ledger\ndata: {"seq":${at}}\n\n`);
        look();
      };
      out.write(`id: ${seq}\nevent: ledger\ndata: {"seq":${seq}}\n\nevent: alerts\ndata: ${lastAlerts}\n\n`);
      const stop = server.wake.listen(accountId, wake);
      const heartbeat = setInterval(() => {
        out.write(': still here\n\n');
        look();
      }, HEARTBEAT_MS);
      const forget = server.wake.onClose(() => out.end());
      out.once('close', () => {
        clearInterval(heartbeat);
        stop();
        forget();
      });
    },
  );
};
