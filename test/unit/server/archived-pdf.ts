/**
 * What PDF/A-3b (ISO 19005-3) asks of a file's build, read from the bytes of the kind of PDF that pdfkit writes: whole objects, one table of
 * contents, no object streams. A validator of the whole standard comes as no package.
 */
import { inflateSync } from 'node:zlib';
import { all, deep, textAt, treeOf } from './xml-tree.ts';

interface Thing {
  readonly dictionary: string;
  readonly stream: Buffer | null;
}

interface File {
  readonly raw: string;
  readonly trailer: string;
  readonly things: ReadonlyMap<string, Thing>;
}

function fileOf(pdf: Buffer): File {
  const raw = pdf.toString('latin1');
  const things = new Map<string, Thing>();
  for (const { 0: whole, 1: id = '', index } of raw.matchAll(/(?<=\n)(\d+) 0 obj\n[\s\S]*?\nendobj\n/g)) {
    const start = whole.indexOf('\nstream\n');
    const body = whole.slice(whole.indexOf('\n') + 1, start === -1 ? -'\nendobj\n'.length : start);
    const length = Number(/\/Length (\d+)/.exec(body)?.[1]);
    const from = index + start + '\nstream\n'.length;
    things.set(id, { dictionary: body, stream: start === -1 ? null : pdf.subarray(from, from + length) });
  }
  return { raw, trailer: raw.slice(raw.lastIndexOf('trailer')), things };
}

const NOTHING: Thing = { dictionary: '', stream: null };
/** What an entry like "/Root 3 0 R" leads to. */
const led = ({ things }: File, from: string, name: string): Thing =>
  things.get(new RegExp(`/${name} (\\d+) 0 R`).exec(from)?.[1] ?? '') ?? NOTHING;
const ofType = ({ things }: File, type: string): readonly Thing[] =>
  [...things.values()].filter(({ dictionary }) => dictionary.includes(`/Type /${type}\n`));
const bytesOf = ({ dictionary, stream }: Thing): Buffer =>
  stream === null ? Buffer.alloc(0) : dictionary.includes('/FlateDecode') ? inflateSync(stream) : stream;
const rootOf = (file: File): string => led(file, file.trailer, 'Root').dictionary;
const xmpOf = (file: File): Thing => led(file, rootOf(file), 'Metadata');
/** The text string of an entry, there or in a thing of its own: in parentheses, as it is or in UTF-16 with its mark. */
function textOf(file: File, dictionary: string, name: string): string | null {
  const given = new RegExp(`/${name} (.*)`, 's').exec(dictionary)?.[1] ?? '';
  const held = /^\d+ 0 R/.test(given) ? led(file, dictionary, name).dictionary : given;
  const found = /^\(((?:\\.|[^\\)])*)\)/s.exec(held)?.[1];
  if (found === undefined) return null;
  const bytes = Buffer.from(
    found
      .replaceAll(/\\([()\\])/g, '$1')
      .replaceAll('\\r', '\r')
      .replaceAll('\\n', '\n'),
    'latin1',
  );
  return bytes[0] === 0xfe ? bytes.subarray(2).swap16().toString('utf16le') : bytes.toString('latin1');
}
const refs = (text: string): readonly string[] => [...text.matchAll(/(\d+) 0 R/g)].map(([, id = '']) => id);

/** Every Type0 font leads to an embedded program, and from letters back to text. */
function fontsHold(file: File): boolean {
  const fonts = ofType(file, 'Font');
  const composite = fonts.filter(({ dictionary }) => dictionary.includes('/Subtype /Type0'));
  const descendants = fonts.filter(({ dictionary }) => /\/Subtype \/CIDFontType[02]/.test(dictionary));
  return (
    composite.length > 0 &&
    composite.length + descendants.length === fonts.length &&
    composite.every((font) => led(file, font.dictionary, 'ToUnicode').stream !== null) &&
    descendants.every((font) => {
      const descriptor = led(file, font.dictionary, 'FontDescriptor');
      return /\/FontFile[23] \d+ 0 R/.test(descriptor.dictionary) && /\/CIDToGIDMap/.test(font.dictionary);
    })
  );
}

/** What is marked on a page is also ended. */
function marksBalance(file: File): boolean {
  return ofType(file, 'Page').every((page) => {
    const content = bytesOf(led(file, page.dictionary, 'Contents')).toString('latin1');
    const begun = content.match(/\b(BDC|BMC)\b/g)?.length ?? 0;
    return begun > 0 && begun === content.match(/\bEMC\b/g)?.length;
  });
}

function attached(file: File): boolean {
  const root = rootOf(file);
  const specs = ofType(file, 'Filespec');
  return specs.every((spec) => {
    const inner = file.things.get(refs(/\/EF <<[\s\S]*?>>/.exec(spec.dictionary)?.[0] ?? '')[0] ?? '') ?? NOTHING;
    return (
      /\/AFRelationship \/(Alternative|Data|Source|Supplement)/.test(spec.dictionary) &&
      textOf(file, spec.dictionary, 'F') !== null &&
      textOf(file, spec.dictionary, 'UF') === textOf(file, spec.dictionary, 'F') &&
      /\/Subtype \/text#2Fxml/.test(inner.dictionary) &&
      /\/ModDate \(D:/.test(inner.dictionary) &&
      refs(/\/AF \[[^\]]*\]/.exec(root)?.[0] ?? '').some((id) => file.things.get(id) === spec)
    );
  });
}

/** The packet is readable as it lies there, names part and level, and says of title and maker what the dictionary says. */
function metadataHolds(file: File): boolean {
  const xmp = xmpOf(file);
  if (xmp.stream === null || xmp.dictionary.includes('/Filter')) return false;
  const tree = treeOf(xmp.stream.toString('utf8'));
  const one = (name: string): string | null => deep(tree, name)[0]?.text.trim() ?? null;
  const info = led(file, file.trailer, 'Info').dictionary;
  const title = deep(tree, 'dc:title')[0];
  const created = textOf(file, info, 'CreationDate')?.slice(2, 16);
  return (
    one('pdfaid:part') === '3' &&
    one('pdfaid:conformance') === 'B' &&
    ['pdfaid:part', 'dc:title', 'dc:creator', 'fx:ConformanceLevel'].every((name) => deep(tree, name).length === 1) &&
    title !== undefined &&
    textAt(title, 'rdf:Alt/rdf:li') === textOf(file, info, 'Title') &&
    one('pdf:Producer') === textOf(file, info, 'Producer') &&
    one('xmp:CreatorTool') === textOf(file, info, 'Creator') &&
    one('xmp:CreateDate')?.replaceAll(/[-:TZ]/g, '') === created &&
    all(tree, 'rdf:RDF').length === 1
  );
}

/** The colours are those of a profile that lies in the file. */
function coloursHold(file: File): boolean {
  const [intent] = ofType(file, 'OutputIntent');
  if (intent === undefined || !intent.dictionary.includes('/S /GTS_PDFA1')) return false;
  const profile = led(file, intent.dictionary, 'DestOutputProfile');
  const bytes = bytesOf(profile);
  return /\/N 3\b/.test(profile.dictionary) && bytes.toString('latin1', 36, 40) === 'acsp' && bytes.toString('latin1', 16, 20) === 'RGB ';
}

const CHECKS: readonly (readonly [what: string, holds: (file: File) => boolean])[] = [
  ['a header with four bytes past 127 after it', ({ raw }) => /^%PDF-1\.7\n%[\x80-\xff]{4}\n/.test(raw)],
  ['nothing after its end', ({ raw }) => raw.trimEnd().endsWith('%%EOF')],
  ['an ID in the trailer', ({ trailer }) => /\/ID \[<[0-9a-f]{32}> <[0-9a-f]{32}>\]/.test(trailer)],
  ['no encryption', ({ trailer }) => !trailer.includes('/Encrypt')],
  ['metadata that agree with the document information', metadataHolds],
  ['an output intent with its profile', coloursHold],
  ['every typeface embedded, every letter readable', fontsHold],
  ['the XML as an associated file', (file) => ofType(file, 'Filespec').length === 1 && attached(file)],
  ['nothing that acts', ({ raw }) => !/\/(JavaScript|JS|Launch|OpenAction|AA|ImportData|SubmitForm|Movie|Sound)\b/.test(raw)],
  ['nothing that shines through', ({ raw }) => !/\/(SMask(?! \/None)|CA (?!1\b)|ca (?!1\b)|BM \/(?!Normal|Compatible))/.test(raw)],
  ['only codecs that are allowed', ({ raw }) => !/\/(LZWDecode|Crypt)\b/.test(raw)],
  ['no annotations, forms and layers', ({ raw }) => !/\/(Annots|AcroForm|OCProperties)\b/.test(raw)],
  ['a language', (file) => /\/Lang \([a-z]{2}\)/.test(rootOf(file))],
  ['a structure for those who listen', (file) => /\/K /.test(led(file, rootOf(file), 'StructTreeRoot').dictionary) && marksBalance(file)],
];

/** What of the above this file lacks. */
export function lacking(pdf: Buffer): readonly string[] {
  const file = fileOf(pdf);
  return CHECKS.filter(([, holds]) => !holds(file)).map(([what]) => what);
}

export const askedOf: readonly string[] = CHECKS.map(([what]) => what);
