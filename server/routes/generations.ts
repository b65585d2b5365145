/** POST /v1/generations · GET /v1/generations/{id} · GET …/result; with a test clock: POST /v1/admin/generations/fail-next */
import { z } from 'zod';
import { anyOpId, generation, generationRequest } from '../../shared/api/index.ts';
import { accountOf } from '../identity/auth.ts';
import { Refusal } from '../problems.ts';
import type { Routes } from './route.ts';

/** A generation is named by the operation that ordered it. */
const params = z.object({ id: anyOpId });

export const generationRoutes: Routes = (app, server) => {
  app.post(
    '/v1/generations',
    { schema: { summary: 'Orders a backdrop; accepted it cannot be cancelled', body: generationRequest, response: { 202: generation } } },
    async (request, reply) => reply.code(202).send(await server.generations.order(accountOf(request), request.body)),
  );
  app.get(
    '/v1/generations/:id',
    { schema: { summary: 'How far it is, and what it cost', params, response: { 200: generation } } },
    async (request) => server.generations.read(accountOf(request), request.params.id),
  );
  app.get(
    '/v1/generations/:id/result',
    { schema: { summary: 'The file, for one hour', params, produces: ['image/jpeg'] } },
    async (request, reply) => {
      const { bytes, mime } = await server.generations.result(accountOf(request), request.params.id);
      return reply.type(mime).send(bytes);
    },
  );
  app.post(
    '/v1/admin/generations/fail-next',
    {
      schema: {
        summary: 'With a test clock: the next drawings fail',
        body: z.strictObject({ count: z.int().min(0).max(1000) }),
        response: { 200: z.object({ count: z.int() }) },
      },
    },
    async (request) => {
      if (!server.testClock) throw new Refusal('forbidden', 'Failures can only be ordered on a server started with --test-clock.');
      server.generations.failNext(request.body.count);
      return { count: request.body.count };
    },
  );
};
