/** Uploads by the tus protocol: files that travel with reports, and corrected pictures that come back. */
import { UPLOADS_PATH } from '../../shared/api/index.ts';
import type { Caller } from '../identity/auth.ts';
import { staffOf } from '../identity/auth.ts';
import type { UploadDoor } from '../uploads/door.ts';
import type { Sender } from '../uploads/uploads.ts';
import { Exchange } from './reply.ts';
import { byId, forAnybody, forCaller, type Route } from './route.ts';

/** A request that brings bytes; how long it may take to arrive is the HTTP side's to say, and what arrived by then is kept. */
const RECEIVING_MS = 15 * 60_000;

/** Everything under UPLOADS_PATH. */
export const uploadRoutes = (tus: UploadDoor): Route[] => [
  forAnybody(`OPTIONS ${UPLOADS_PATH}`, {
    summary: 'The version of tus and what of it is spoken',
    handle: () => new Exchange((request, response) => tus.capabilities(request, response)),
  }),
  ...(['POST', 'HEAD', 'PATCH', 'DELETE'] as const).map((method) => {
    const one = method !== 'POST';
    return forCaller(`${method} ${one ? `${UPLOADS_PATH}/:id` : UPLOADS_PATH}`, {
      summary: SUMMARIES[method],
      ...(one && { params: byId }),
      takesStream: true,
      timeoutMs: RECEIVING_MS,
      handle: ({ caller }) => {
        const sender = senderOf(caller);
        return new Exchange((request, response) => tus.answer(sender, request, response));
      },
    });
  }),
];

const SUMMARIES = {
  POST: 'Declares a file (tus): Upload-Length, Upload-Metadata',
  HEAD: 'How far it has come (tus)',
  PATCH: 'Sends on from there (tus)',
  DELETE: 'Takes it back (tus)',
} as const;

/** An account for itself; of staff, retouchers and owners. */
function senderOf(caller: Caller | null): Sender {
  if (caller?.role === 'account') return { accountId: caller.accountId, staff: null };
  return { accountId: null, staff: staffOf(caller, ['retoucher']) };
}
