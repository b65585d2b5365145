/** Odd text, sent into every string of every route that the OpenAPI document names: an answer in words each time, and never a fault of the server. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Account, type Answer, type Client, type Json, opId, type RunningServer, startServer } from './running-server.ts';

let server: RunningServer;
let account: Account;
let document: Json;

beforeAll(async () => {
  server = await startServer();
  account = await server.account({ plan: 'professional-plus', slots: 50, country: 'DE' });
  document = (await account.get('/v1/openapi.json')).body;
});
afterAll(() => server.stop());

/** NUL, escape, a new direction, half a pair, no character, DEL, C1; and very long. */
/** In an address it cannot even be written: what stands there instead is text like any other. */
const HALF = 'a\ud800b';
const ODD = ['a\u0000b', '\u001b[31mred', 'a\u202eb', HALF, 'a\uffffb', 'a\u007fb', 'a\u0085b', 'x'.repeat(5000)];

interface Route {
  readonly method: string;
  readonly path: string;
  readonly operation: Json;
}
const routes = (): Route[] =>
  Object.entries<Json>(document.paths).flatMap(([path, methods]) =>
    Object.entries<Json>(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
const callerOf = ({ path }: Route): Client => (path.startsWith('/v1/admin/') ? server.admin : account);

/** A value that fits the schema, as far as the schema says. */
function sample(schema: Json): Json {
  const { type, anyOf, oneOf, allOf, properties, items, minLength = 1 } = schema;
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  if (anyOf ?? oneOf) return sample((anyOf ?? oneOf)[0]);
  if (allOf) return Object.assign({}, ...allOf.map(sample));
  if (properties)
    return Object.fromEntries(Object.entries(properties).map(([name, inner]) => [name, name === 'opId' ? opId() : sample(inner)]));
  if (type === 'array') return [sample(items ?? {})];
  if (type === 'integer' || type === 'number') return schema.minimum ?? 1;
  if (type === 'boolean') return true;
  return type === 'string' ? '1'.repeat(Math.max(1, minLength)) : {};
}

interface Place {
  readonly at: string;
  /** The whole body, with this text there. */
  readonly make: (text: string) => Json;
}

/** Every place of a string, in each branch of the schema. */
function placesOf(schema: Json): Place[] {
  const { type, anyOf, oneOf, allOf, properties, items, additionalProperties } = schema;
  if (anyOf ?? oneOf) return (anyOf ?? oneOf).flatMap(placesOf);
  if (allOf)
    return allOf.flatMap((branch: Json, index: number) =>
      placesOf(branch).map(({ at, make }) => ({
        at,
        make: (text: string) => Object.assign({}, ...allOf.map((one: Json, i: number) => (i === index ? make(text) : sample(one)))),
      })),
    );
  if (items) return placesOf(items).map(({ at, make }) => ({ at: `0.${at}`, make: (text) => [make(text)] }));
  const members = Object.entries<Json>(properties ?? {}).flatMap(([name, inner]) =>
    placesOf(inner).map(({ at, make }) => ({ at: `${name}.${at}`, make: (text: string) => ({ ...sample(schema), [name]: make(text) }) })),
  );
  const more = [
    { at: 'extra', make: (text: string) => ({ ...sample(schema), extra: text }) },
    { at: 'extra.deeper', make: (text: string) => ({ ...sample(schema), extra: [{ deeper: text }] }) },
  ];
  return [...(type === 'string' ? [{ at: '', make: (text: string) => text }] : []), ...members, ...(additionalProperties ? more : [])];
}

const escaped = (text: string): string => (/\p{Cs}/u.test(text) ? 'a%ED%A0%80b' : encodeURIComponent(text));
const address = (path: string, parameter: string, text: string): string =>
  path.replace(/\{(\w+)\}/g, (_, name: string) => (name === parameter ? escaped(text) : 'x'));

function sends(route: Route): { readonly where: string; readonly send: (text: string) => Promise<Answer> }[] {
  const { method, path, operation } = route;
  const client = callerOf(route);
  const schema = operation.requestBody?.content['application/json']?.schema;
  const inBody = schema ? sample(schema) : undefined;
  const parameters = (operation.parameters ?? []).map((one: Json) => ({
    where: `${method} ${path} ${one.in} ${one.name}`,
    send: (text: string) =>
      client.call(
        method,
        one.in === 'path' ? address(path, one.name, text) : `${address(path, '', '')}?${one.name}=${escaped(text)}`,
        method === 'GET' ? undefined : inBody,
      ),
  }));
  const body = (schema ? placesOf(schema) : []).map(({ at, make }) => ({
    where: `${method} ${path} body ${at}`,
    send: (text: string) => client.call(method, address(path, '', ''), make(text)),
  }));
  return [...parameters, ...body];
}

describe('odd text', () => {
  test('in every string of every route is answered, refused, and no fault of the server', { timeout: 300_000 }, async () => {
    // What ends this run, sets its clock, or goes on for ever.
    const skipped = /^(\/v1\/ledger\/stream|\/v1\/admin\/clock|\/v1\/admin\/generations\/fail-next)$/;
    const places = routes()
      .filter(({ path }) => !skipped.test(path))
      .flatMap(sends);
    expect(places.length).toBeGreaterThan(120);
    const wrong: string[] = [];
    for (const { where, send } of places)
      for (const text of ODD) {
        const { status, body } = await send(text);
        if (status >= 500 || (status < 400 && !(where.includes(' query ') && text === HALF)))
          wrong.push(`${where} ${JSON.stringify(text).slice(0, 20)}: ${status} ${body?.code}`);
      }
    expect(wrong).toEqual([]);
  });

  test.each<[string, string, (text: string) => Promise<Answer>]>([
    ['a name', 'name', (name) => account.call('PUT', '/v1/billing-details', { name })],
    ['a line of an address', 'address.0', (text) => account.call('PUT', '/v1/billing-details', { name: 'x', address: [text] })],
    ['a VAT number', 'vatId', (vatId) => account.call('PUT', '/v1/billing-details', { name: 'x', vatId })],
    ['an account’s name', 'name', (name) => server.admin.post('/v1/admin/accounts', { policy: 'background-studio', name })],
    ['a member’s name', 'name', (name) => server.admin.post('/v1/admin/staff', { opId: opId(), name, role: 'support' })],
    [
      'a reason',
      'reason',
      (reason) =>
        server.admin.post(`/v1/admin/accounts/${account.accountId}/grants`, { opId: opId(), bucket: 'purchased', amount: '1', reason }),
    ],
    ['a report’s note', 'note', (note) => account.post('/v1/reports', { opId: opId(), photo: 'a', resultOpId: opId(), note })],
    [
      'a photo',
      'operations.0.photo',
      (photo) => account.post('/v1/quotes', { operations: [{ kind: 'apply', photo, recipe: { background: 'paper' } }] }),
    ],
    ['a search', 'query', (text) => server.admin.get(`/v1/admin/accounts?query=${encodeURIComponent(text)}`)],
    ['an id in a path', 'opId', (text) => account.get(`/v1/operations/${encodeURIComponent(text)}`)],
  ])('in %s names the field', async (_, field, send) => {
    for (const text of ['a\u0000b', 'a\u001bb', 'a\u202eb', 'a\uffffb']) {
      const { status, body } = await send(text);
      expect([status, body.code, body.errors?.[0]?.path]).toEqual([400, 'invalid_text', field]);
      expect(body.detail).toContain('Nothing was written.');
    }
  });

  test('a note has lines, a name is one', async () => {
    const resultOpId = opId();
    await account.post('/v1/operations', {
      operations: [{ opId: resultOpId, kind: 'apply', photo: 'a', recipe: { background: 'paper' } }],
    });
    await account.post(`/v1/operations/${resultOpId}/settle`, {});
    const note = { opId: opId(), photo: 'a', resultOpId, note: 'halo\r\nat the left' };
    expect((await account.post('/v1/reports', note)).body.note).toBe(note.note);
    expect((await account.call('PUT', '/v1/billing-details', { name: 'Foto\r\nBcc: x@example.org' })).body.code).toBe('invalid_text');
  });
});

describe('a recipe', () => {
  const deep = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
  const operation = (recipe: string): string => `{"kind":"apply","photo":"a","recipe":${recipe}`;
  const order = (recipe: string): Promise<Answer> =>
    account.post('/v1/operations', `{"operations":[${operation(recipe)},"opId":"${opId()}"}]}`);

  test.each([65, 3000, 5000, 60_000])('nested %i deep is refused, in an operation as in a quote', async (depth) => {
    for (const recipe of [`{"background":${deep(depth)}}`, `{"background":"paper","more":${deep(depth)}}`]) {
      const answers = [await order(recipe), await account.post('/v1/quotes', `{"operations":[${operation(recipe)}}]}`)];
      expect(answers.map(({ status }) => status)).toEqual([400, 400]);
    }
  });

  test('nested some steps deep is one like any other', async () => {
    expect((await order(`{"background":${deep(60)}}`)).body.outcomes[0].status).toBe('held');
  });
});

describe('one operation under two spellings of its id', () => {
  const capitals = (id: string): string => id.toUpperCase();
  const small = (id: string): string => id.toLowerCase();
  let serial = 0;
  const ulid = (): string => {
    serial += 1;
    return `01ARZ3NDEKTSV4RRFFQ69G${String(serial).padStart(4, '0')}`;
  };

  test.each([
    ['a UUID', opId],
    ['a ULID', ulid],
  ])('%s: it is held, settled, asked for and bought once', async (_, made) => {
    const id = made();
    const hold = (spelled: string) =>
      account.post('/v1/operations', { operations: [{ opId: spelled, kind: 'apply', photo: 'a', recipe: { background: 'paper' } }] });
    const [first, second] = [await hold(capitals(id)), await hold(small(id))];
    expect(second.body.outcomes).toEqual(first.body.outcomes);
    expect(second.body.wallet.held).toBe(first.body.wallet.held);
    const settled = await account.post(`/v1/operations/${small(id)}/settle`);
    expect(settled.body).toMatchObject({ status: 'settled', charged: '1' });
    expect((await account.post(`/v1/operations/${capitals(id)}/settle`)).body).toEqual(settled.body);
    expect((await account.get(`/v1/operations/${capitals(id)}`)).body).toEqual(settled.body);
    const bought = made();
    const buy = async (spelled: string) => (await account.post('/v1/purchases', { opId: spelled, packId: 'pack-50' })).body.purchase;
    const purchase = await buy(small(bought));
    expect(await buy(capitals(bought))).toEqual(purchase);
    const refund = await account.post('/v1/refunds', { opId: made(), purchaseId: capitals(bought) });
    const same = await account.post('/v1/refunds', { opId: made(), purchaseId: small(bought) });
    // Whatever the policy says to it, it is about the same purchase.
    expect(same.body.code === 'not_found' || refund.body.code === 'not_found').toBe(false);
  });

  test('both in one request stand in it twice', async () => {
    const id = opId();
    const operations = [capitals(id), small(id)].map((spelled) => ({
      opId: spelled,
      kind: 'apply',
      photo: 'a',
      recipe: { background: 'paper' },
    }));
    expect((await account.post('/v1/operations', { operations })).body.code).toBe('conflict');
  });
});
