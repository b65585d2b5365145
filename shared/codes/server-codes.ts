/**
 * The one registry of error codes: each `code` that a problem document of the credit server may carry, with its HTTP status, its title
 * (RFC 9457 `title`: the same for every occurrence) and what it means for a client. `docs/errors.md` is made from it (`npm run docs`).
 * Codes are only added: a client of an earlier version has to go on understanding them.
 */

/** What a code stands for. `meaning` says when it is answered and what helps; the `detail` of a document says it of the one case. */
export interface CodeFacts {
  /** HTTP status of the answer. */
  readonly status: number;
  readonly title: string;
  readonly meaning: string;
}

const code = (status: number, title: string, meaning: string): CodeFacts => ({ status, title, meaning });

/** Every code with its facts, in the order of their HTTP status. Never remove one: it may stand in a stored outcome. */
export const CODES = {
  invalid_request: code(
    400,
    'The request is not right',
    'The request does not fit the contract. `errors` names the members. Mend it; nothing was written.',
  ),
  malformed_json: code(400, 'Not JSON', 'The body is empty, cut short, or not JSON.'),
  invalid_amount: code(
    400,
    'Not an amount',
    'An amount is no positive decimal string in the policy’s unit, has more decimals than the unit, or lies outside what is allowed; `least` and `most` say what is, where a price does.',
  ),
  invalid_instant: code(
    400,
    'Not an instant',
    'A time is not RFC 3339 with a time zone, or lies where it may not: in the past, in the future, before the account.',
  ),
  invalid_id: code(400, 'Not an operation id', 'An operation id is neither a ULID nor a UUID.'),
  invalid_text: code(
    400,
    'Not a text',
    'A text has control characters, signs that turn its direction, or broken characters, or is too long or too deeply nested.',
  ),
  invalid_time_zone: code(400, 'Not a time zone', 'A time zone is not named as in the IANA database.'),
  invalid_signature: code(
    400,
    'Not signed by the provider',
    'The signature of a payment provider’s event is missing, wrong, or too old. Nothing was believed.',
  ),
  unauthorized: code(
    401,
    'Sign in first',
    'No token, or one that is unknown, expired, ended, or of an earlier start of the server. The operation was not judged.',
  ),
  insufficient_credit: code(
    402,
    'Not enough credit',
    'The wallet does not pay for it. `required`, `available`, `shortfall` and `affordable` say how far it goes, `remedies` what helps, cheapest first. Remembered under the operation id.',
  ),
  fair_use_reached: code(
    402,
    'Fair use reached',
    'The fair-use cap of an unlimited plan is used up until `resetsAt`. Remembered under the operation id.',
  ),
  credit_limit_reached: code(
    402,
    'Nothing more on account',
    'Unpaid invoices reach what staff allows the account to owe, or one is overdue. Paid credit and work under way are untouched.',
  ),
  forbidden: code(
    403,
    'Not allowed',
    'The token is valid and of another kind or a lower role than this needs, or the server was not started in a way that allows it.',
  ),
  above_cap: code(
    403,
    'Above the cap of the role',
    'Staff gives more than their role may at once or in a day. An owner gives it; an owner’s own waits for a second owner.',
  ),
  not_allowed_on_tier: code(
    403,
    'Not on this tier',
    'The operation needs a higher tier, which the balance decides. `required` says from what balance on. Remembered under the operation id.',
  ),
  not_offered: code(
    403,
    'Not offered',
    'The policy, the payment provider or the account’s terms do not offer this, or only staff gives it.',
  ),
  consent_required: code(
    403,
    'Consent first',
    'Pictures travel to staff only with the account’s consent to the terms in force, which `GET /v1/report-desk` says. `terms` names them. A report without pictures needs none.',
  ),
  not_found: code(404, 'Not found', 'There is no such thing, or it belongs to another account, which is answered just the same.'),
  request_timeout: code(408, 'Too slow', 'The request did not arrive in time. Nothing was written; send it again.'),
  conflict: code(
    409,
    'In conflict with what happened before',
    'The operation id was used with another content, or what is asked for is in force already or changed meanwhile. Sending it again does not help.',
  ),
  in_progress: code(
    409,
    'Still under way',
    'The same operation, or the work it is about, is not finished. Send it again after `Retry-After`, with the same id.',
  ),
  cannot_cancel: code(
    409,
    'Too late to cancel',
    'Work that was accepted under a policy that charges on acceptance completes; its result can be fetched.',
  ),
  already_resolved: code(409, 'Resolved before', 'The charge of the reported picture came back already; it comes back once.'),
  report_taken: code(
    409,
    'Taken by somebody else',
    'Another retoucher works on the report, until `until` at the latest, or the caller’s own lease is over and the report has to be taken again.',
  ),
  report_over: code(
    409,
    'The report is over',
    'The report was answered, withdrawn, or ended with its account; `state` says which. What was made of it is not sent any more.',
  ),
  upload_unfinished: code(
    409,
    'Bytes are missing',
    'A file is not whole yet, or another request is sending it. Ask where it stands with `HEAD`, send the rest, then try again.',
  ),
  declined: code(409, 'Declined by an owner', 'What staff proposed under this operation id was declined. Propose it anew with another id.'),
  gone: code(410, 'No longer there', 'It was there for a while, and that is over. Asking again does not help.'),
  body_too_large: code(
    413,
    'Too large',
    'The body is larger than the server takes, or nested too deeply. Send fewer operations at a time.',
  ),
  unsupported_media_type: code(
    415,
    'Unknown kind of content',
    'The body is of a kind that the route does not take. Send `application/json`.',
  ),
  account_closed: code(422, 'Account closed', 'The account is closed. Its history stays readable.'),
  background_required: code(422, 'Background required', 'A logo alone cannot be applied (ST-02). Remembered under the operation id.'),
  logo_on_transparent: code(
    422,
    'No logo on a transparent picture',
    'A logo is not placed where the background is transparent (ST-02). Remembered under the operation id.',
  ),
  below_minimum: code(422, 'Below the minimum', 'Less than can be bought at once; `minimum` says how much is.'),
  above_maximum: code(422, 'Above the maximum', 'More than can be bought at once; `maximum` says how much is.'),
  currency_mismatch: code(422, 'Another currency', 'The price or payment is in a currency that the policy does not use.'),
  invalid_url: code(422, 'Not an address for events', 'An endpoint is no https address, or has a name or password in it.'),
  invalid_vat_id: code(422, 'Not a VAT number', 'The VAT number is not one of that country, by its form.'),
  not_refundable: code(
    422,
    'Not refundable',
    'The purchase cannot go back, or not that much of it. `why` says which rule; for `held`, `until` says when to ask again.',
  ),
  private_address: code(
    422,
    'Not on the public internet',
    'An endpoint leads into a private network, which this server does not send to. `address` names it.',
  ),
  second_look_required: code(
    422,
    'Needs a second pair of eyes',
    'This installation lets an answer out after another retoucher has looked at it: never whoever proposed it.',
  ),
  upload_mismatch: code(
    422,
    'Not the file that was declared',
    'The whole file has another SHA-256, or its content is of another kind than was declared. It was deleted; send it again.',
  ),
  sold_with: code(422, 'Part of another operation', 'A step that this kind of operation does not do: another kind sells it (ST-02).'),
  too_many_endpoints: code(422, 'Too many endpoints', 'The account has as many endpoints for events as it may. Remove one first.'),
  too_many_operations: code(422, 'Too many operations', 'The request names more operations than one may hold. Send several requests.'),
  too_many_tokens: code(422, 'Too many tokens', 'As many tokens work as may at a time. End one first.'),
  unknown_bucket: code(422, 'Unknown bucket', 'The policy has no bucket of this name.'),
  unknown_operation: code(422, 'Unknown operation', 'The policy does not price this kind of operation, or not with these traits.'),
  unknown_pack: code(422, 'Unknown pack', 'The policy has no such pack, or not for the account’s plan.'),
  unknown_plan: code(422, 'Unknown plan', 'The policy has no such plan, or none was named.'),
  unknown_policy: code(422, 'Unknown policy', 'The server knows no policy of this name.'),
  unknown_tax_country: code(
    422,
    'Unknown country for tax',
    'The billing country is not one that can be billed. Set it in the billing details. `country` says what was given.',
  ),
  rate_limited: code(429, 'Too many requests', 'More requests in a minute than are allowed. Send it again after `Retry-After`.'),
  too_many_reports: code(
    429,
    'Too many open reports',
    'As many reports of the account wait for an answer as may. Send it again when some are answered. `limit` says how many.',
  ),
  too_many_uploads: code(
    429,
    'Too much sent',
    'As many bytes or unfinished uploads of the account are kept as may be. `limit` says how many. Nothing was taken; send it when reports are answered, or withdraw one.',
  ),
  headers_too_large: code(431, 'Headers too large', 'The headers are larger than the server takes.'),
  books_unbalanced: code(
    500,
    'The books would not balance',
    'What was asked would have broken an invariant of the account’s books, so the server refused it, wrote and charged nothing, and logged it. A fault of the server: the same may be asked again once it is mended.',
  ),
  internal: code(
    500,
    'Something failed on the server',
    'A fault of the server, which is in its log. The outcome is not known: ask for the operation by its id.',
  ),
  busy: code(
    503,
    'Busy',
    'The account or the database was busy for longer than is waited. Send it again after `Retry-After`, with the same id.',
  ),
  not_ready: code(503, 'Not ready', 'The server is up and its database does not answer. It goes on by itself.'),
  payment_unavailable: code(
    503,
    'Payment provider out of reach',
    'The payment provider did not answer, so no page was opened and nothing was charged. `provider` and `reason` say more.',
  ),
  unavailable: code(
    503,
    'Not available for the moment',
    'The server or its database does not answer in time. Send it again after `Retry-After`, with the same id.',
  ),
} as const satisfies Readonly<Record<string, CodeFacts>>;

/** A code of the registry. One that is not in it does not compile. */
export type ProblemCode = keyof typeof CODES;

/** Whether a text from outside (the network, an older version's row) is a code of this version. */
export const isProblemCode = (text: unknown): text is ProblemCode => typeof text === 'string' && Object.hasOwn(CODES, text);

/**
 * Whether a problem of the server, or one that passes its code on, has one of these codes. A problem from the network may have a code of a
 * newer server, so its `code` stays a text; what it is compared with is of the registry. No problem has no code.
 */
export function hasCode<P extends { readonly code?: string | undefined }, C extends ProblemCode>(
  problem: P | null | undefined,
  ...codes: readonly C[]
): problem is P & { readonly code: C } {
  return codes.some((candidate) => problem?.code === candidate);
}

/** What a refinement of the contract's schemas carries, so that a wrong value answers its own code and not just `invalid_request`. */
export const because = (
  code: ProblemCode,
  message: string,
): { readonly params: { readonly code: ProblemCode }; readonly message: string } => ({
  params: { code },
  message,
});
