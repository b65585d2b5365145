/** The typeface of invoices: Inter, embedded, with Latin, Greek and Cyrillic letters. */
import { fileURLToPath } from 'node:url';
import type PDFDocument from 'pdfkit';

type Pdf = InstanceType<typeof PDFDocument>;

/** The typefaces that are embedded, by the name that the sheet uses. */
export const FONTS = {
  regular: fileURLToPath(import.meta.resolve('@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf')),
  strong: fileURLToPath(import.meta.resolve('@expo-google-fonts/inter/600SemiBold/Inter_600SemiBold.ttf')),
} as const;

/**
 * Letters as they are: without kerning, ligatures and alternates a page takes a tenth of the time, and what is read back is what was written.
 * fontkit takes a feature to be off where it is named so; pdfkit's types only know lists of what is on.
 */
export const PLAIN = Object.fromEntries(
  ['calt', 'ccmp', 'clig', 'curs', 'kern', 'liga', 'locl', 'mark', 'mkmk', 'rclt', 'rlig'].map((feature) => [feature, false]),
) as unknown as PDFKit.Mixins.OpenTypeFeatures[];

/**
 * The text in letters that the typeface has: a letter without a picture may not stand in an archived PDF (ISO 19005-3, 6.2.11.8), so it
 * becomes a question mark. The XML inside carries the text as it is.
 */
export function drawable(pdf: Pdf, text: string): string {
  // pdfkit's types leave out the font that is in use; fontkit's own object says which letters it has.
  const { font } = (pdf as unknown as { _font: { font: { hasGlyphForCodePoint(codePoint: number): boolean } } })._font;
  return [...text.normalize('NFC')]
    .map((letter) => (letter === '\n' || font.hasGlyphForCodePoint(letter.codePointAt(0) ?? 0) ? letter : '?'))
    .join('');
}
