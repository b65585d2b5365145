/** GET /v1/invoices · GET /v1/invoices/{number}.pdf */
import { z } from 'zod';
import { invoice, invoiceQuery } from '../../shared/api.ts';
import { drawInvoice } from '../billing/invoice-pdf.ts';
import { listInvoices, loadInvoice } from '../billing/invoices.ts';
import { accountOf } from '../identity/auth.ts';
import type { Routes } from './route.ts';

export const invoiceRoutes: Routes = (app, server) => {
  app.get(
    '/v1/invoices',
    { schema: { summary: 'Invoices and credit notes, oldest first', querystring: invoiceQuery, response: { 200: z.array(invoice) } } },
    async (request) => listInvoices(server.db.pool, accountOf(request), request.query.after ?? '', request.query.limit),
  );
  app.get(
    '/v1/invoices/:file',
    {
      schema: {
        summary: 'One invoice as {number}.pdf',
        params: z.object({ file: z.string().regex(/^[A-Z0-9-]{1,60}\.pdf$/) }),
        produces: ['application/pdf'],
      },
    },
    async (request, reply) => {
      const number = request.params.file.slice(0, -'.pdf'.length);
      const document = await loadInvoice(server.db.pool, accountOf(request), number);
      const pdf = await drawInvoice(document);
      return reply.type('application/pdf').header('content-disposition', `inline; filename="${number}.pdf"`).send(pdf);
    },
  );
};
