/** GET /v1/ledger/stream: server-sent events that only wake; pulling is the truth. */
import { accountOf } from '../identity/auth.ts';
import type { Routes } from './route.ts';

/** Keeps proxies from closing a quiet stream. */
const HEARTBEAT_MS = 20_000;

export const streamRoutes: Routes = (app, server) => {
  app.get(
    '/v1/ledger/stream',
    { schema: { summary: 'Wakes when the ledger grows (text/event-stream, id = seq)', produces: ['text/event-stream'] } },
    async (request, reply) => {
      const accountId = accountOf(request);
      const seq = await server.history.seq(accountId);
      reply.hijack();
      const out = reply.raw;
      out.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
      const send = (at: number) => out.write(`id: ${at}\nevent: ledger\ndata: {"seq":${at}}\n\n`);
      send(seq);
      const stop = server.wake.listen(accountId, send);
      const heartbeat = setInterval(() => out.write(': still here\n\n'), HEARTBEAT_MS);
      const end = () => {
        clearInterval(heartbeat);
        stop();
        forget();
      };
      const forget = server.wake.onClose(() => out.end());
      out.once('close', end);
    },
  );
};
