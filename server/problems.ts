/** RFC 9457 problem documents: every refusal of the server, with a stable `code`. */
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { CODES, CONTRACT_HEADER, CONTRACT_VERSION, isProblemCode, type Problem, type ProblemCode } from '../shared/api/index.ts';
import { type Trouble, troubleOf } from './db/trouble.ts';

/** Thrown anywhere in a request; becomes the problem document. */
export class Refusal extends Error {
  readonly code: ProblemCode;
  readonly extra: Readonly<Record<string, unknown>>;
  constructor(code: ProblemCode, detail: string, extra: Readonly<Record<string, unknown>> = {}) {
    super(detail);
    this.code = code;
    this.extra = extra;
  }
}

/** The problem document of a code, with its status and title from the registry. `extra`: members besides. */
export function problemOf(code: ProblemCode, detail: string, extra: Readonly<Record<string, unknown>> = {}): Problem {
  const { status, title } = CODES[code];
  return { type: `urn:backlot:problem:${code.replaceAll('_', '-')}`, title, status, detail, code, ...extra };
}

/** A 404 that names what was looked for, without saying whether another account has it. */
export const notFound = (what: string): Refusal => new Refusal('not_found', `There is no ${what} with this id.`);

/** A conflict: this operation id belongs to what was asked for before. `nothing`: what this request did not do, as a sentence. */
export const idTaken = (nothing: string, by: 'something else' | 'a checkout' | 'another checkout' = 'something else'): Refusal =>
  new Refusal('conflict', `This operation id was used for ${by}. ${nothing}`);

function send(reply: FastifyReply, problem: Problem): FastifyReply {
  if (problem.status === 429 || problem.status === 503 || problem.code === 'in_progress')
    reply.header('retry-after', reply.getHeader('retry-after') ?? '1');
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer');
  // Serialised here: a route's own response schema describes its success.
  return reply.code(problem.status).type('application/problem+json').serializer(JSON.stringify).send(problem);
}

/** Said of a body that is refused by its announced length, or by what came. */
export const BODY_TOO_LARGE = 'The body is larger than the server takes. Nothing was written. Send fewer operations at a time.';

/** Fastify's own refusals, by their code. */
const OURS: Readonly<Record<string, readonly [code: ProblemCode, detail: string]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ['body_too_large', BODY_TOO_LARGE],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['unsupported_media_type', 'Send application/json.'],
  FST_ERR_CTP_EMPTY_JSON_BODY: ['malformed_json', 'The body is empty; JSON was expected. Nothing was written.'],
  FST_ERR_CTP_INVALID_JSON_BODY: ['malformed_json', 'The body is not JSON. Nothing was written.'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['malformed_json', 'The body is not as long as announced. Nothing was written.'],
};

const ASK = 'If an operation was sent, ask for it by its id: it either happened once or not at all.';

/** What passes by itself: ask again. */
const PASSING: Readonly<Record<Trouble, Problem>> = {
  away: problemOf('unavailable', `The server’s database does not answer at the moment. ${ASK}`),
  busy: problemOf('busy', `The server’s database took longer than is waited for. ${ASK}`),
};

/** A fault of ours. */
export const FAILED = problemOf('internal', `Something failed on the server. ${ASK}`);

/** What a handler threw, as its problem document; null: nothing that was foreseen. */
export function problemOfThrown(error: unknown): Problem | null {
  if (error instanceof Refusal) return problemOf(error.code, error.message, error.extra);
  const trouble = troubleOf(error);
  return trouble && PASSING[trouble];
}

const TOO_SLOW = problemOf('unavailable', `The server did not get to an answer in time. ${ASK}`);
const NEVER_CAME = problemOf('request_timeout', 'The request did not arrive in time. Nothing was written. Send it again.');

/** Makes every failure of a request a problem document; what was not foreseen is logged and answered as `internal`, without its cause. */
export function installProblems(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
    const known = problemOfThrown(error);
    if (known) return send(reply, known);
    if (hasZodFastifySchemaValidationErrors(error)) return send(reply, problemOfInvalid(error.validation));
    if (error instanceof SyntaxError && error.statusCode === 400)
      return send(reply, problemOf('malformed_json', 'The body is not JSON. Nothing was written.'));
    const own = OURS[error.code];
    if (own) return send(reply, problemOf(own[0], own[1]));
    if (error.code === 'FST_ERR_HANDLER_TIMEOUT') {
      if (request.raw.complete) return send(reply, TOO_SLOW);
      return send(reply.header('connection', 'close'), NEVER_CAME);
    }
    if (error.statusCode === 429) return send(reply, problemOf('rate_limited', error.message));
    if (error.statusCode && error.statusCode < 500) return send(reply, problemOf('invalid_request', error.message));
    request.log.error({ err: error, route: request.routeOptions.url }, 'a request failed');
    return send(reply, FAILED);
  });
  app.setNotFoundHandler((request, reply) =>
    send(reply, problemOf('not_found', `There is nothing at ${request.method} ${request.url.split('?')[0]}.`)),
  );
}

/** What Fastify refuses before any hook ran: an address that cannot be read, or a part of it that is too long. */
export function refuseMisread(_error: FastifyError, _request: FastifyRequest, reply: FastifyReply): void {
  reply.raw.setHeader(CONTRACT_HEADER, CONTRACT_VERSION);
  void send(reply, problemOf('invalid_request', 'This address cannot be read. Nothing was written.'));
}

/** What is no HTTP, or takes too long to become some, has no request to answer: the answer goes on the bare connection, which then ends. */
export function refuseUnreadable(error: Error & { readonly code?: string }, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') return void socket.destroy();
  const problem = UNREADABLE[error.code ?? ''] ?? problemOf('invalid_request', 'This is no HTTP request. Nothing was written.');
  const body = JSON.stringify(problem);
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? problem.title}`,
    'content-type: application/problem+json',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
    `${CONTRACT_HEADER}: ${CONTRACT_VERSION}`,
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

const UNREADABLE: Readonly<Record<string, Problem>> = {
  HPE_HEADER_OVERFLOW: problemOf('headers_too_large', 'The headers are larger than the server takes. Nothing was written.'),
  ERR_HTTP_REQUEST_TIMEOUT: NEVER_CAME,
};

interface Invalid {
  readonly instancePath: string;
  readonly message?: string | undefined;
  readonly params?: unknown;
}

/** What does not fit its schema. The contract's own schemas carry a code where a wrong value has a name (invalid_amount, invalid_id …). */
export function problemOfInvalid(issues: readonly Invalid[]): Problem {
  const errors = issues
    .slice(0, 20)
    .map((i) => ({ path: i.instancePath.replace(/^\//, '').replaceAll('/', '.'), message: i.message ?? 'not right' }));
  const code = issues.map((i) => codeOf(i.params)).find((c) => c !== undefined) ?? 'invalid_request';
  const first = errors[0];
  return problemOf(
    code,
    `${first?.path ? `${first.path}: ` : ''}${first?.message ?? 'The request does not fit the contract.'} Nothing was written.`,
    { errors },
  );
}

function codeOf(params: unknown): ProblemCode | undefined {
  // The provider hands the zod issue over as `params`; a refinement of ours has its own `params.code` in there.
  const found = (params as { params?: { code?: unknown } } | undefined)?.params?.code;
  return isProblemCode(found) ? found : undefined;
}
