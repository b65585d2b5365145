/** Hangs the table of routes into Fastify. */
import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
  RouteOptions,
} from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Caller } from './identity/auth.ts';
import { EventStream, Exchange, Reply } from './routes/reply.ts';
import type { Access, Route } from './routes/route.ts';

/** Fastify with the zod contract attached. */
export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypeProvider
>;

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller | null;
  }
  interface FastifyContextConfig {
    /** Who may, as the row of the table says. Absent: of a page beside the table, which is for anybody. */
    access?: Access;
    /** The body is of any size, and read by the row. */
    takesStream?: boolean;
  }
}

/** Every row as a route of Fastify's; those that take the raw body, or read it themselves, in scopes of their own, where nothing parses it. */
export async function mount(app: App, table: readonly Route[]): Promise<void> {
  for (const row of table) if (!row.takesRawBody && !row.takesStream) app.route(optionsOf(row));
  await app.register(async (raw) => {
    raw.removeAllContentTypeParsers();
    raw.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    for (const row of table) if (row.takesRawBody) raw.route(optionsOf(row));
  });
  await app.register(async (unread) => {
    unread.removeAllContentTypeParsers();
    unread.addContentTypeParser('*', (_request, body, done) => done(null, body));
    for (const row of table) if (row.takesStream) unread.route(optionsOf(row));
  });
}

function optionsOf(row: Route): RouteOptions {
  const { summary, params, query, body, answers, produces } = row;
  return {
    method: row.method,
    url: row.path,
    config: { access: row.access, takesStream: row.takesStream },
    ...(row.timeoutMs !== undefined && { handlerTimeout: row.timeoutMs }),
    schema: {
      ...(summary === null ? { hide: true } : { summary }),
      ...(row.access.who === 'anybody' && { security: [] }),
      ...(params && { params }),
      ...(query && { querystring: query }),
      ...(body && { body }),
      ...(Object.keys(answers).length > 0 && { response: answers }),
      ...(produces && { produces: [...produces] }),
    },
    handler: async (request, reply) => answer(request, reply, await row.run(askedBy(request))),
  };
}

const askedBy = ({ caller, params, query, body, headers }: FastifyRequest) => ({ caller, params, query, body, headers });

/** The value of a 200 is handed to Fastify; anything else is written here. */
function answer(request: FastifyRequest, reply: FastifyReply, said: unknown): unknown {
  if (said instanceof EventStream) {
    reply.hijack();
    const out = reply.raw;
    out.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
    said.open(out);
    return reply;
  }
  if (said instanceof Exchange) {
    reply.hijack();
    return said.answer(request.raw, reply.raw).then(
      () => reply,
      () => reply.raw.destroy(),
    );
  }
  return said instanceof Reply ? reply.code(said.status).headers(said.headers).send(said.body) : said;
}
