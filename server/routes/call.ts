/**
 * Calls a row of the table without a socket and without an HTTP server: for a simulation, and for tests. The row, its schemas, who may, and the problem
 * documents are those of a request; what only HTTP knows (limits, time-outs, bodies that are no JSON) stands before the table and is not here.
 */
import { z } from 'zod';
import type { Problem } from '../../shared/api/index.ts';
import { type Caller, staffOf } from '../identity/auth.ts';
import { FAILED, problemOf, problemOfInvalid, problemOfThrown } from '../problems.ts';
import { EventStream, Exchange, Reply } from './reply.ts';
import type { Route } from './route.ts';

/** A request without its wire. */
export interface Call {
  readonly method: Route['method'];
  /** With its query: "/v1/ledger?after=3". */
  readonly path: string;
  /** Headers by their names in small letters; `authorization` says who asks. */
  readonly headers?: Readonly<Record<string, string>>;
  /** As JSON would bring it; of a row that takes the raw body, a Buffer. */
  readonly body?: unknown;
}

/** An answer without its wire. */
export interface Called {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** A value, a problem document, or the bytes or text of a file. An EventStream where the row answers one: open it to listen. */
  readonly body: unknown;
}

/** Who asks, from the header `authorization`: the server's Authenticator. */
interface Identifier {
  identify(authorization: string | undefined): Promise<Caller>;
}

/** Answers the call as the server would. Never rejects: what goes wrong is a problem document. */
export async function callHandler(table: readonly Route[], call: Call, who: Identifier): Promise<Called> {
  try {
    const url = new URL(call.path, 'http://server');
    for (const route of table) {
      const params = route.method === call.method ? paramsOf(route.path, url.pathname) : null;
      if (params !== null) return await answerOf(route, { ...call, params, query: Object.fromEntries(url.searchParams) }, who);
    }
    return refusal(problemOf('not_found', `There is nothing at ${call.method} ${url.pathname}.`));
  } catch (error) {
    if (error instanceof Invalid) return refusal(error.problem);
    return refusal(problemOfThrown(error) ?? FAILED);
  }
}

async function answerOf(
  route: Route,
  call: Call & { readonly params: unknown; readonly query: unknown },
  who: Identifier,
): Promise<Called> {
  const { access } = route;
  const headers = call.headers ?? {};
  const caller = access.who === 'anybody' ? null : await who.identify(headers['authorization']);
  // Before anything is parsed: a stranger to the staff's routes hears nothing of what they take.
  if (access.who === 'staff') staffOf(caller, access.least);
  const parsed = {
    caller,
    headers,
    params: parse(route.params, call.params),
    body: route.takesRawBody ? call.body : parse(route.body, call.body),
    query: parse(route.query, call.query),
  };
  const said = await route.run(parsed);
  if (said instanceof Exchange) throw new Error(`${route.method} ${route.path} needs a socket.`);
  if (said instanceof EventStream) return { status: 200, headers: { 'content-type': 'text/event-stream' }, body: said };
  const reply = said instanceof Reply ? said : new Reply(200, said);
  const schema = route.answers[reply.status];
  return { status: reply.status, headers: reply.headers, body: schema ? z.encode(schema, reply.body) : reply.body };
}

/** The values of the path's `:names`; null: it is another path. */
function paramsOf(template: string, path: string): Record<string, string> | null {
  const [wanted, given] = [template.split('/'), path.split('/')];
  if (wanted.length !== given.length) return null;
  const params: Record<string, string> = {};
  for (const [at, part] of wanted.entries()) {
    const value = decodeURIComponent(given[at] ?? '');
    if (part.startsWith(':')) params[part.slice(1)] = value;
    else if (part !== value) return null;
  }
  return params;
}

class Invalid extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.detail);
    this.problem = problem;
  }
}

function parse(schema: z.ZodType | undefined, value: unknown): unknown {
  if (schema === undefined) return undefined;
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map((issue) => ({
    instancePath: `/${issue.path.join('/')}`,
    message: issue.message,
    params: issue,
  }));
  throw new Invalid(problemOfInvalid(issues));
}

const refusal = (problem: Problem): Called => ({
  status: problem.status,
  headers: { 'content-type': 'application/problem+json' },
  body: problem,
});
