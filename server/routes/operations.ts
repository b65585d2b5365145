/** POST /v1/operations · settle · release · GET /v1/operations/{opId} */
import { authoriseAnswer, authoriseRequest, receipt, releaseRequest, settleRequest } from '../../shared/api/index.ts';
import { accountOf } from '../identity/auth.ts';
import { byOpId, type Routes } from './route.ts';

export const operationRoutes: Routes = (app, server) => {
  app.post(
    '/v1/operations',
    { schema: { summary: 'Authorise up to 500 operations: places holds', body: authoriseRequest, response: { 200: authoriseAnswer } } },
    async (request) => server.operations.authorise(accountOf(request), request.body.atomic, request.body.operations),
  );
  app.post(
    '/v1/operations/:opId/settle',
    {
      schema: {
        summary: 'Charges a hold, at most what was held',
        params: byOpId,
        body: settleRequest.nullish(),
        response: { 200: receipt },
      },
    },
    async (request) => server.operations.settle(accountOf(request), request.params.opId, request.body?.actual),
  );
  app.post(
    '/v1/operations/:opId/release',
    { schema: { summary: 'Returns a hold', params: byOpId, body: releaseRequest.nullish(), response: { 200: receipt } } },
    async (request) => server.operations.release(accountOf(request), request.params.opId, request.body?.reason ?? 'failed'),
  );
  app.get(
    '/v1/operations/:opId',
    { schema: { summary: 'What an operation has come to, for ever', params: byOpId, response: { 200: receipt } } },
    async (request) => server.operations.receipt(accountOf(request), request.params.opId),
  );
};
