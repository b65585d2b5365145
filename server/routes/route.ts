/**
 * What a route is: a row of a table that says method, path, schemas, who may, and what is done. It knows nothing of HTTP servers: `mount.ts` hangs the
 * table into Fastify, `call.ts` calls a row without a socket.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { z } from 'zod';
import { anyOpId, identifier, type StaffRole } from '../../shared/api/index.ts';
import type { AccountId } from '../../shared/credits/model/quantities.ts';
import { accountOf, type Caller, staffOf } from '../identity/auth.ts';
import type { Staff } from '../identity/staff.ts';
import type { Content, EventStream, Exchange, Reply } from './reply.ts';

/** Who may. Staff: at least one of those roles. */
export type Access =
  | { readonly who: 'anybody' }
  | { readonly who: 'account' }
  | { readonly who: 'account or staff' }
  | { readonly who: 'staff'; readonly least: readonly StaffRole[] };

/** A request as a row is called with it: parsed by the row's schemas. */
export interface Asked {
  /** null: nobody has to be known here. */
  readonly caller: Caller | null;
  readonly params: unknown;
  readonly query: unknown;
  /** Of a row that takes the raw body: its bytes. */
  readonly body: unknown;
  readonly headers: IncomingHttpHeaders;
}

/** A row of the table. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'HEAD' | 'PATCH' | 'OPTIONS';
  /** With `:name` for each of `params`. */
  readonly path: string;
  /** One line for the OpenAPI document; null: it is not in it. */
  readonly summary: string | null;
  readonly access: Access;
  readonly params?: z.ZodType | undefined;
  readonly query?: z.ZodType | undefined;
  readonly body?: z.ZodType | undefined;
  /** What is answered, by status; empty where it is no JSON. */
  readonly answers: Readonly<Record<number, z.ZodType>>;
  /** Media types of what is answered, where it is no JSON. */
  readonly produces?: readonly string[] | undefined;
  /** Longer than any other request may take, in milliseconds. */
  readonly timeoutMs?: number | undefined;
  /** The body's bytes as they came, for a signature over them. */
  readonly takesRawBody: boolean;
  /** The body is not read before the row is asked: an Exchange reads it as it comes, of whatever size. */
  readonly takesStream: boolean;
  /** The value for 200, or a Reply. Throws a Refusal. */
  run(asked: Asked): Promise<unknown>;
}

type Schema = z.ZodType | undefined;
type Out<S extends Schema> = S extends z.ZodType ? z.output<S> : undefined;
type Answered<R extends Schema, L extends Schema> =
  | (R extends z.ZodType ? z.input<R> : never)
  | (L extends z.ZodType ? Reply<z.input<L>> : never)
  | (R extends z.ZodType ? never : L extends z.ZodType ? never : Reply<Content> | EventStream | Exchange);

/** What a handler gets: the parsed request, and who asks. */
type Handed<C, P extends Schema, Q extends Schema, B extends Schema> = C & {
  readonly params: Out<P>;
  readonly query: Out<Q>;
  readonly body: Out<B>;
};

interface Row<C, P extends Schema, Q extends Schema, B extends Schema, R extends Schema, L extends Schema> {
  readonly summary: string | null;
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  /** What 200 answers. */
  readonly answer?: R;
  /** What 202 answers: a Reply made by `accepted`. */
  readonly later?: L;
  readonly produces?: readonly string[];
  readonly timeoutMs?: number;
  readonly takesRawBody?: true;
  readonly takesStream?: true;
  handle(request: Handed<C, P, Q, B>): Answered<R, L> | Promise<Answered<R, L>>;
}

/** "POST /v1/quotes" */
type Address = `${Route['method']} /${string}`;

type Define<C> = <
  P extends Schema = undefined,
  Q extends Schema = undefined,
  B extends Schema = undefined,
  R extends Schema = undefined,
  L extends Schema = undefined,
>(
  address: Address,
  row: Row<C, P, Q, B, R, L>,
) => Route;

/** `who` reads the caller out of the request, and refuses one who may not. */
const define =
  <C>(access: Access, who: (asked: Asked) => C): Define<C> =>
  (address, { handle, answer, later, takesRawBody = false, takesStream = false, ...row }) => {
    const [method, path] = address.split(' ') as [Route['method'], string];
    return {
      ...row,
      method,
      path,
      access,
      takesRawBody,
      takesStream,
      answers: { ...(answer && { 200: answer }), ...(later && { 202: later }) },
      async run(asked) {
        const { params, query, body } = asked;
        // The schemas of this very row have parsed them.
        return handle({ ...who(asked), params, query, body } as Parameters<typeof handle>[0]);
      },
    };
  };

/** Where no token is needed. */
export const forAnybody: Define<{ readonly headers: IncomingHttpHeaders }> = define({ who: 'anybody' }, ({ headers }) => ({ headers }));

/** For an account with its own token. */
export const forAccount: Define<{ readonly accountId: AccountId; readonly tokenId: string; readonly headers: IncomingHttpHeaders }> =
  define({ who: 'account' }, ({ caller, headers }) => ({ accountId: accountOf(caller), tokenId: caller?.tokenId ?? '', headers }));

/** For either; `accountId` is null for staff. */
export const forAccountOrStaff: Define<{ readonly accountId: AccountId | null }> = define({ who: 'account or staff' }, ({ caller }) => ({
  accountId: caller?.role === 'admin' ? null : accountOf(caller),
}));

/** For either, told apart by the row. */
export const forCaller: Define<{ readonly caller: Caller | null }> = define({ who: 'account or staff' }, ({ caller }) => ({ caller }));

/** For members of staff whose role is at least one of `least`. */
export const forStaff = (...least: readonly StaffRole[]): Define<{ readonly staff: Staff; readonly headers: IncomingHttpHeaders }> =>
  define({ who: 'staff', least }, ({ caller, headers }) => ({ staff: staffOf(caller, least), headers }));

/** The path of what belongs to one operation. */
export const byOpId = z.object({ opId: anyOpId });
/** The path of what this server gave an id to. */
export const byId = z.object({ id: identifier(100) });
/** The path of what belongs to one account. */
export const byAccountId = z.object({ id: identifier(100).brand<'AccountId'>() });
