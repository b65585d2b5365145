/** POST /v1/generations · GET /v1/generations/{id} · GET …/result; with a test clock: POST /v1/admin/generations/fail-next */
import { z } from 'zod';
import { anyOpId, generation, generationRequest } from '../../shared/api/index.ts';
import type { Generations } from '../generations/generations.ts';
import { Refusal } from '../problems.ts';
import { accepted, file } from './reply.ts';
import { forAccount, forStaff, type Route } from './route.ts';

/** A generation is named by the operation that ordered it. */
const params = z.object({ id: anyOpId });

/** Backdrops drawn to order. `testing`: failures may be ordered too. */
export const generationRoutes = ({ generations, testing }: { readonly generations: Generations; readonly testing: boolean }): Route[] => [
  forAccount('POST /v1/generations', {
    summary: 'Orders a backdrop; accepted it cannot be cancelled',
    body: generationRequest,
    later: generation,
    handle: async ({ accountId, body }) => accepted(await generations.order(accountId, body)),
  }),
  forAccount('GET /v1/generations/:id', {
    summary: 'How far it is, and what it cost',
    params,
    answer: generation,
    handle: ({ accountId, params: { id } }) => generations.read(accountId, id),
  }),
  forAccount('GET /v1/generations/:id/result', {
    summary: 'The file, for one hour',
    params,
    produces: ['image/jpeg'],
    handle: async ({ accountId, params: { id } }) => {
      const { bytes, mime } = await generations.result(accountId, id);
      return file(mime, bytes);
    },
  }),
  forStaff('owner')('POST /v1/admin/generations/fail-next', {
    summary: 'With a test clock: the next drawings fail',
    body: z.strictObject({ count: z.int().min(0).max(1000) }),
    answer: z.object({ count: z.int() }),
    handle: ({ body: { count } }) => {
      if (!testing) throw new Refusal('forbidden', 'Failures can only be ordered on a server started with --test-clock.');
      generations.failNext(count);
      return { count };
    },
  }),
];
