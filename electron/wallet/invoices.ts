/** Invoices and their PDFs: listed from the cache, the PDFs kept on disk from the first sync on, so that both can be read offline. */
import { existsSync } from 'node:fs';
import { mkdir, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { invoice as invoiceSchema, paths } from '../../shared/api.ts';
import type { InvoiceView } from '../../shared/ipc/wallet.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { Cache } from './cache.ts';
import type { Transport } from './transport.ts';
import { judge, type Verdict } from './verdict.ts';

/** A server may answer the list bare or under its name; numbers only grow, so it is pulled by the last known one. */
const invoiceList = z.union([z.array(invoiceSchema), z.object({ invoices: z.array(invoiceSchema) }).transform((page) => page.invoices)]);

export interface Invoices {
  list(): InvoiceView[];
  /** The PDF on this machine, fetched first if need be. */
  pdf(number: string): Promise<Result<string>>;
  /** Fetches the list and every PDF that is missing. */
  refresh(transport: Transport): Promise<Verdict>;
}

export function createInvoices(parts: { cache: () => Cache; folder: string; transport: () => Transport | null }): Invoices {
  const { cache, folder } = parts;
  const fileOf = (number: string): string => join(folder, `${number.replaceAll(/[^0-9A-Za-z._-]/g, '_')}.pdf`);
  const isStored = (number: string): boolean => existsSync(fileOf(number));

  async function store(transport: Transport, number: string): Promise<Result<string>> {
    const answer = await transport.download(paths.invoicePdf(number));
    if (answer.kind === 'no file') {
      return fail({
        code: 'invoice_not_stored',
        message: `Invoice ${number} is not on this machine yet. ${answer.reason} Try again when the network is back.`,
      });
    }
    await mkdir(folder, { recursive: true });
    const target = fileOf(number);
    const file = await open(`${target}.part`, 'w');
    try {
      await file.writeFile(answer.bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(`${target}.part`, target);
    return ok(target);
  }

  return {
    list: () =>
      cache()
        .invoices()
        .map(({ number, issuedAt, description, net, tax, total, state }) => ({
          number,
          issuedAt,
          description,
          net,
          tax,
          total,
          state,
          stored: isStored(number),
        })),
    async pdf(number) {
      if (
        !cache()
          .invoices()
          .some((invoice) => invoice.number === number)
      ) {
        return fail({ code: 'invoice_unknown', message: `There is no invoice ${number} in this wallet.` });
      }
      if (isStored(number)) return ok(fileOf(number));
      const transport = parts.transport();
      if (transport === null)
        return fail({
          code: 'offline',
          message: `Offline. Invoice ${number} is not on this machine yet; it is fetched when the network is back.`,
        });
      return store(transport, number);
    },
    async refresh(transport) {
      const verdict = judge(await transport.send({ method: 'GET', path: paths.invoices }));
      if (verdict.kind !== 'accepted') return verdict;
      const invoices = invoiceList.parse(verdict.body);
      cache().saveInvoices(invoices);
      for (const { number } of invoices) if (!isStored(number)) await store(transport, number);
      return verdict;
    },
  };
}
