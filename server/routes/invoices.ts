/** GET /v1/invoices · GET /v1/invoices/{number}.pdf · …/{number}.xml */
import { z } from 'zod';
import { invoice, invoiceQuery } from '../../shared/api/index.ts';
import { listInvoices, loadNamed } from '../billing/invoices.ts';
import { accountOf } from '../identity/auth.ts';
import type { Routes } from './route.ts';

export const invoiceRoutes: Routes = (app, server) => {
  app.get(
    '/v1/invoices',
    { schema: { summary: 'Invoices and credit notes, oldest first', querystring: invoiceQuery, response: { 200: z.array(invoice) } } },
    async (request) => {
      // A renewal whose time has come is billed first, so that the list and the wallet tell of the same period.
      const { accountId } = await server.ledger.caughtUp(accountOf(request));
      return listInvoices(server.pool, accountId, request.query.after ?? '', request.query.limit);
    },
  );
  app.get(
    '/v1/invoices/:file',
    {
      schema: {
        summary: 'One invoice: {number}.pdf (PDF/A-3, Factur-X) or {number}.xml (EN 16931, CII)',
        params: z.object({ file: z.string().regex(/^[A-Z0-9-]{1,60}\.(pdf|xml)$/) }),
        produces: ['application/pdf', 'application/xml'],
      },
    },
    async (request, reply) => {
      const { file } = request.params;
      const { document, hash } = await loadNamed(server.pool, accountOf(request), file.slice(0, -'.pdf'.length));
      const as = file.endsWith('.xml') ? 'xml' : 'pdf';
      const bytes = await server.drawing.draw(document, as);
      return reply
        .type(`application/${as}`)
        .header('etag', `"${hash}"`)
        .header('content-disposition', `inline; filename="${file}"`)
        .send(bytes);
    },
  );
};
