/** POST /v1/operations · settle · release · GET /v1/operations/{opId} */
import { authoriseAnswer, authoriseRequest, receipt, releaseRequest, settleRequest } from '../../shared/api/index.ts';
import type { Operations } from '../ledger/operations.ts';
import { byOpId, forAccount, type Route } from './route.ts';

/** Spending. */
export const operationRoutes = (operations: Operations): Route[] => [
  forAccount('POST /v1/operations', {
    summary: 'Authorise up to 500 operations: places holds',
    body: authoriseRequest,
    answer: authoriseAnswer,
    handle: ({ accountId, body }) => operations.authorise(accountId, body.atomic, body.operations),
  }),
  forAccount('POST /v1/operations/:opId/settle', {
    summary: 'Charges a hold, at most what was held',
    params: byOpId,
    body: settleRequest.nullish(),
    answer: receipt,
    handle: ({ accountId, params, body }) => operations.settle(accountId, params.opId, body?.actual),
  }),
  forAccount('POST /v1/operations/:opId/release', {
    summary: 'Returns a hold',
    params: byOpId,
    body: releaseRequest.nullish(),
    answer: receipt,
    handle: ({ accountId, params, body }) => operations.release(accountId, params.opId, body?.reason ?? 'failed'),
  }),
  forAccount('GET /v1/operations/:opId', {
    summary: 'What an operation has come to, for ever',
    params: byOpId,
    answer: receipt,
    handle: ({ accountId, params }) => operations.receipt(accountId, params.opId),
  }),
];
