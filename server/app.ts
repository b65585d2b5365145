/** The HTTP side: Fastify with the zod contract, problem documents, authentication, limits and OpenAPI. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import rateLimit from '@fastify/rate-limit';
import swagger from '@fastify/swagger';
import Fastify from 'fastify';
import { jsonSchemaTransform, serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { CONTRACT_HEADER, CONTRACT_VERSION } from '../shared/api/index.ts';
import { ANSWER_MS } from './db/limits.ts';
import { type Authenticator, staffOf } from './identity/auth.ts';
import { type App, mount } from './mount.ts';
import { DEEPEST, isTooDeep } from './nesting.ts';
import type { Options } from './options.ts';
import { BODY_TOO_LARGE, installProblems, Refusal, refuseMisread, refuseUnreadable } from './problems.ts';
import type { Route } from './routes/route.ts';
import { LIMITER_OPTIONS, Traffic } from './traffic.ts';

/** 500 operations with their recipes fit many times over. */
const BODY_LIMIT_BYTES = 2 * 1024 * 1024;
/** A request's headers, and all of it, have to be there by then; how often that is looked for. */
const HEADERS_MS = 10_000;
const ARRIVES_MS = 30_000;
const CHECKED_MS = 5_000;
/** A connection on which nothing moves; a stream says something more often than that. */
const SILENT_MS = 300_000;
const MOST_CONNECTIONS = 10_000;
/** Whether requests can be answered now. */
const HEALTH = ['/v1/health', '/v1/ready'];
const ANYBODY = { who: 'anybody' } as const;

/** What the HTTP side needs of the server. */
interface AppParts {
  readonly routes: readonly Route[];
  readonly auth: Pick<Authenticator, 'identify'>;
  /** Whether the database answers. */
  readonly db: { answers(): Promise<boolean> };
  /** How many invariants of the books were found broken since the start. */
  readonly violations: { readonly count: number };
  readonly options: Pick<Options, 'rateLimit' | 'failureLimit' | 'trustProxy'>;
  readonly log: boolean;
}

/** The table of routes behind Fastify, with everything that stands before it. Does not listen yet. */
export async function buildApp(parts: AppParts): Promise<App> {
  const app = bareApp(parts);
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  installProblems(app);
  acceptEmptyBodies(app);
  sayContract(app);
  app.server.maxConnections = MOST_CONNECTIONS;
  // What a request expects besides "100-continue" is nobody's business here: it is answered like any other (RFC 9110, 10.1.1).
  app.server.on('checkExpectation', (request, response) => app.routing(request, response));
  await letIn(app, parts);
  // After the token: strangers are not listened to for long.
  refuseLargeBodies(app);
  app.addHook('onSend', async (_request, reply) => {
    reply.header('cache-control', 'no-store').header('x-content-type-options', 'nosniff');
  });
  await describe(app);
  // In a plugin of their own, so that the OpenAPI document sees them.
  await app.register(async (scope) => mount(scope.withTypeProvider<ZodTypeProvider>(), parts.routes));
  app.get('/v1/openapi.json', { config: { access: ANYBODY }, schema: { hide: true } }, async () => app.swagger());
  for (const path of HEALTH)
    app.get(path, { config: { access: ANYBODY }, schema: { hide: true } }, async () => {
      if (!(await parts.db.answers()))
        throw new Refusal(
          'not_ready',
          'The server is up, but its database does not answer. It goes on by itself when the database is back.',
        );
      return { status: 'ok', violations: parts.violations.count };
    });
  return app;
}

function bareApp({ log, options }: AppParts): App {
  return Fastify({
    bodyLimit: BODY_LIMIT_BYTES,
    // Nothing that a request carries is logged: no tokens, no bodies.
    logger: log ? { level: 'error', stream: process.stderr } : false,
    handlerTimeout: ANSWER_MS,
    requestTimeout: ARRIVES_MS,
    connectionTimeout: SILENT_MS,
    trustProxy: trusted(options.trustProxy),
    genReqId: () => randomUUID(),
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 200 },
    clientErrorHandler: refuseUnreadable,
    frameworkErrors: refuseMisread,
    // Refused by `sayContract`, in the words of the contract.
    http: { requireHostHeader: false, headersTimeout: HEADERS_MS, connectionsCheckingInterval: CHECKED_MS },
  }).withTypeProvider<ZodTypeProvider>();
}

/** First of all, and on the bare answer: an event stream is written past Fastify. */
function sayContract(app: App): void {
  app.addHook('onRequest', async ({ raw }, reply) => {
    reply.raw.setHeader(CONTRACT_HEADER, CONTRACT_VERSION);
    if (raw.headers.host === undefined && raw.httpVersion === '1.1')
      throw new Refusal('invalid_request', 'A request names its host (RFC 9112, 3.2). Nothing was written.');
  });
}

/** Who asks, how often they may, and whether this route is for them. A route that says nothing of who may asks for a token. */
async function letIn(app: App, { auth, options }: AppParts): Promise<void> {
  app.decorateRequest('caller', null);
  await app.register(rateLimit, LIMITER_OPTIONS);
  const traffic = new Traffic(app, { perMinute: options.rateLimit, failuresPerMinute: options.failureLimit });
  app.addHook('onRequest', async (request, reply) => {
    const { url, config } = request.routeOptions;
    if (url === undefined) return traffic.astray(request, reply);
    if (config.access?.who === 'anybody') return traffic.stranger(request, reply);
    const caller = await traffic.identify(request, reply, () => auth.identify(request.headers.authorization));
    if (config.access?.who === 'staff') staffOf(caller, config.access.least);
  });
}

/** The OpenAPI document, made of the routes' schemas. */
async function describe(app: App): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Backlot credit server',
        version: '1',
        description:
          'Amounts are decimal strings in the policy’s unit; instants RFC 3339 UTC; errors RFC 9457 problem documents with a stable code.',
      },
      components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
      security: [{ bearer: [] }],
    },
    transform: jsonSchemaTransform,
  });
}

/** By number: so many hops in front, counted from here. */
function trusted(whom: Options['trustProxy']): boolean | string[] | ((address: string, hop: number) => boolean) {
  return typeof whom === 'number' ? (_address, hop) => hop < whom : whom;
}

/** Settling needs no body; a client that says "application/json" all the same is understood. */
function acceptEmptyBodies(app: App): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    const text = String(body);
    if (text === '') done(null, undefined);
    else if (isTooDeep(text))
      done(new Refusal('invalid_request', `The JSON is nested more than ${DEEPEST} levels deep. Nothing was written.`));
    else parse(request, text, done);
  });
}

/** Up to this size a body that is refused is read to its end, so that its sender gets to read why instead of a broken pipe. */
const DRAINED_BYTES = 512 * 1024 * 1024;
const DRAIN_MS = 10_000;

function refuseLargeBodies(app: App): void {
  app.addHook('onRequest', async ({ raw, headers, routeOptions }) => {
    const announced = Number(headers['content-length'] ?? 0);
    if (announced <= BODY_LIMIT_BYTES || routeOptions.config.takesStream) return;
    if (announced <= DRAINED_BYTES) await drained(raw);
    throw new Refusal('body_too_large', BODY_TOO_LARGE);
  });
  // A body in chunks announces nothing.
  app.addHook('preParsing', async ({ headers, routeOptions }, _reply, body) =>
    headers['content-length'] === undefined && !routeOptions.config.takesStream ? Readable.from(withinLimit(body)) : body,
  );
}

/** Passes the body on up to the limit. Past it the rest is thrown away as it arrives, and the refusal comes at its end. */
async function* withinLimit(body: AsyncIterable<unknown>): AsyncGenerator<unknown> {
  const until = performance.now() + DRAIN_MS;
  let bytes = 0;
  for await (const chunk of body) {
    bytes += Buffer.isBuffer(chunk) ? chunk.length : String(chunk).length;
    if (bytes <= BODY_LIMIT_BYTES) yield chunk;
    else if (bytes > DRAINED_BYTES || performance.now() > until) break;
  }
  if (bytes > BODY_LIMIT_BYTES) throw new Refusal('body_too_large', BODY_TOO_LARGE);
}

/** Throws the body away as it arrives. */
function drained(body: IncomingMessage): Promise<void> {
  return new Promise((done) => {
    const patience = setTimeout(done, DRAIN_MS);
    body
      .resume()
      .once('close', done)
      .once('end', () => {
        clearTimeout(patience);
        done();
      });
  });
}
