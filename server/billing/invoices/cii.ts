/**
 * From the UBL-shaped form of an invoice to UN/CEFACT's syntax (CII) with @e-invoice-eu/core: the steps of its InvoiceService, but the check
 * of the schema is compiled once. The service compiles it anew for every invoice, which takes longer than all the rest of it.
 */
import { FormatFactoryService, type Invoice, invoiceSchema, ValidationService } from '@e-invoice-eu/core';
import { Ajv2019 } from 'ajv/dist/2019.js';

// Its warnings are about spreadsheets; what is wrong with an invoice it throws.
const silent = { log: () => undefined, warn: () => undefined, error: () => undefined };
const format = new FormatFactoryService().createFormatService('CII', silent);
const validation = new ValidationService(silent);
const valid = new Ajv2019({ strict: true, allErrors: true, useDefaults: true }).compile<Invoice>(schemaOfFormat());

/** What the format asks for beyond every invoice is written into a copy: the library goes on reading its own. */
function schemaOfFormat(): typeof invoiceSchema {
  const schema = structuredClone(invoiceSchema);
  format.patchSchema(schema);
  return schema;
}

/** The XML of an invoice that is left as it is. Throws what the schema finds wrong. `lang`: of the texts that the library adds. */
export async function writeCii(invoice: Invoice, lang: string): Promise<string> {
  const checked = validation.validate<Invoice>('invoice', valid, structuredClone(invoice));
  format.fillInvoiceDefaults(checked);
  const xml = await format.generate(checked, { format: 'CII', lang, noWarnings: true });
  return typeof xml === 'string' ? xml : Buffer.from(xml).toString('utf8');
}
