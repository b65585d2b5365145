/** What every route file gets: the app with the zod contract attached, and the parts of the server. */
import type { FastifyBaseLogger, FastifyInstance, RawReplyDefaultExpression, RawRequestDefaultExpression, RawServerDefault } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { anyOpId, identifier } from '../../shared/api/index.ts';
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
export const byOpId = z.object({ opId: anyOpId });
/** The path of what this server gave an id to. */
export const byId = z.object({ id: identifier(100) });
/** The path of what belongs to one account. */
export const byAccountId = z.object({ id: identifier(100).brand<'AccountId'>() });
