/** What every route file gets: the app with the zod contract attached, and the parts of the server. */
import type { FastifyBaseLogger, FastifyInstance, RawReplyDefaultExpression, RawRequestDefaultExpression, RawServerDefault } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Server } from '../server.ts';

export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** A route file: registers the routes of one subject. */
export type Routes = (app: App, server: Server) => void;

/** The path of what belongs to one operation. */
export const byOpId = z.object({ opId: z.string().min(1).max(100) });
