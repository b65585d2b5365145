/**
 * Whose answer it is. An answer counts as the credit server's own only when it carries the contract's header and the content type of the call;
 * a guest network's sign-in page, a proxy's error and another program at the address do not, whatever their status.
 */
import { CONTRACT_HEADER, CONTRACT_VERSION } from '../../../shared/api/index.ts';
import type { Millis } from '../../../shared/credits/model/quantities.ts';
import { retryAfterMs } from './limits.ts';

/** What came back, or that nothing did: then the server may or may not have carried out the request. */
export type Answer =
  /** Of the contract as far as its head goes; whether the body is this very call's answer, `judge` says. */
  | { readonly kind: 'answer'; readonly status: number; readonly body: unknown; readonly retryAfterMs: Millis | null }
  /** Somebody else's: it says nothing about the request. */
  | { readonly kind: 'not from us'; readonly reason: string; readonly retryAfterMs: Millis | null }
  | { readonly kind: 'silence'; readonly reason: string };

/** A file, or why there is none. */
export type FileAnswer =
  /** `etag`: the server's own name for exactly this content; null: it gave none. */
  | { readonly kind: 'file'; readonly bytes: Uint8Array; readonly etag: string | null }
  | { readonly kind: 'no file'; readonly reason: string };

/** What the server of uploads said: where the upload stands, or what any call may be answered with. */
export type UploadAnswer =
  | Answer
  /** `path`: of an upload that was made; `offset`: bytes that are there; null: not said. */
  | { readonly kind: 'upload'; readonly path: string | null; readonly offset: number | null }
  /** There is no such upload, not any more or not for this account. */
  | { readonly kind: 'gone' };

/** The head of an HTTP response, whichever library received it. */
export interface Head {
  readonly status: number;
  /** Of a header, by its name in small letters; undefined: there is none. */
  readonly header: (name: string) => unknown;
}

const jsonTypes: ReadonlySet<string> = new Set(['application/json', 'application/problem+json']);

/** `text`: the body as it came. */
export function readAnswer(head: Head, text: string): Answer {
  const after = retryAfterMs(head.header('retry-after'), head.header('date'));
  const reason = whyNotOurs(head, jsonTypes);
  if (reason !== null) return { kind: 'not from us', reason, retryAfterMs: after };
  try {
    return { kind: 'answer', status: head.status, body: JSON.parse(text), retryAfterMs: after };
  } catch {
    return { kind: 'not from us', reason: strangerAnswered(head.status), retryAfterMs: after };
  }
}

/** Of the tus protocol 1.0, by its head alone: its answers have no body. `text`: of a refusal. */
export function readUploadAnswer(head: Head, text: string): UploadAnswer {
  const isOurs = head.header(CONTRACT_HEADER.toLowerCase()) === CONTRACT_VERSION;
  if (isOurs && (head.status === 404 || head.status === 410)) return { kind: 'gone' };
  if (isOurs && head.header('tus-resumable') === '1.0.0' && head.status >= 200 && head.status < 300) {
    const [path, offset] = [head.header('location'), head.header('upload-offset')];
    return {
      kind: 'upload',
      path: typeof path === 'string' ? path : null,
      offset: typeof offset === 'string' && /^\d{1,15}$/.test(offset) ? Number(offset) : null,
    };
  }
  return readAnswer(head, text);
}

/** What a path of the contract answers with when it answers with a file. */
export function fileTypesOf(path: string): ReadonlySet<string> {
  const [name = ''] = path.split('?');
  if (name.endsWith('.pdf')) return new Set(['application/pdf']);
  if (name.endsWith('.xml')) return new Set(['application/xml']);
  return new Set(['image/jpeg', 'image/png', 'image/webp', 'image/tiff', 'image/avif', 'image/heic']);
}

/** The content types that a stream of events may have. */
export const streamTypes: ReadonlySet<string> = new Set(['text/event-stream']);

/** Null when the head is the contract's; else why not, in words. */
export function whyNotOurs({ status, header }: Head, types: ReadonlySet<string>): string | null {
  const version = header(CONTRACT_HEADER.toLowerCase());
  if (typeof version !== 'string') return strangerAnswered(status);
  if (version !== CONTRACT_VERSION)
    return 'The credit server speaks another version of its contract than this Backlot. One of the two has to be brought up to date.';
  const type = header('content-type');
  const isExpected = typeof type === 'string' && types.has((type.split(';')[0] ?? '').trim().toLowerCase());
  return isExpected ? null : strangerAnswered(status);
}

function strangerAnswered(status: number): string {
  if (status === 407)
    return 'The proxy between here and the credit server wants a sign-in (407). Name it with its user in HTTPS_PROXY, or ask whoever runs the network.';
  return `What answered was not the credit server (${status}): a guest network’s sign-in page, a proxy, or a server that is older than this Backlot. Sign in to the network, or ask whoever runs it.`;
}
