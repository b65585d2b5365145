/** The paper that invoices are drawn on: A4, three inks, one typeface, and a structure that is read aloud in its order (PDF 1.7, 14.7). */
import type PDFDocument from 'pdfkit';
import { drawable, PLAIN } from './fonts.ts';

type Pdf = InstanceType<typeof PDFDocument>;
type Element = PDFKit.PDFStructureElement;

/** Colour of what is read. */
export const INK = '#16181d';
/** Colour of what only labels. */
export const QUIET = '#6b7280';
const RULE = '#d9dce1';
const ACCENT = '#1f4fd8';
/** Points from the edge of the page. */
export const MARGIN = 56;
const WIDTH = 595.28;
/** Where text that is set to the right ends, in points. */
export const RIGHT = WIDTH - MARGIN;
/** Where the foot of the page begins, in points from the top. */
export const FOOT = 782;

/** A page to write on, which goes on to the next one when it is full. */
export class Sheet {
  readonly #pdf: Pdf;
  readonly #root: Element;
  #into: Element;

  constructor(pdf: Pdf) {
    this.#pdf = pdf;
    this.#root = pdf.struct('Document');
    this.#into = this.#root;
    pdf.addStructure(this.#root);
  }

  style(font: 'regular' | 'strong', size: number, colour: string): void {
    this.#pdf.font(font).fontSize(size).fillColor(colour);
  }

  /** How high this text will be, in the style that is set. */
  heightOf(text: string, width: number, lineGap = 0): number {
    return this.#pdf.heightOfString(this.#letters(text), { width, lineGap, features: PLAIN });
  }

  /** What is written meanwhile belongs to one element: a table, a row. */
  within(tag: string, work: () => void): void {
    const [outer, inner] = [this.#into, this.#pdf.struct(tag)];
    outer.add(inner);
    this.#into = inner;
    work();
    inner.end();
    this.#into = outer;
  }

  write(text: string, x: number, y: number, options: PDFKit.Mixins.TextOptions, tag = 'P'): void {
    const element = this.#pdf.struct(tag, {}, () => this.#put(text, x, y, options));
    this.#into.add(element);
    element.end();
  }

  /** One below the other, each as high as it needs; answers where they end. */
  column(lines: readonly string[], x: number, top: number, options: { width: number; align?: 'right'; lineGap?: number }): number {
    return lines.reduce((y, line) => {
      this.write(line, x, y, options);
      return y + this.heightOf(line, options.width, options.lineGap);
    }, top);
  }

  /** On one line that ends at `end`. */
  right(text: string, y: number, end = RIGHT, tag = 'P'): void {
    this.write(text, this.#startOf(text, end), y, { lineBreak: false }, tag);
  }

  /** What stands on every page and is not read aloud. */
  aside(text: string, y: number, right: string, width: number): void {
    this.#silently(() => {
      this.#put(text, MARGIN, y, { width, height: 14, ellipsis: true });
      this.#put(right, this.#startOf(right, RIGHT), y, { lineBreak: false });
    });
  }

  rule(y: number, from = MARGIN): void {
    this.#silently(() => this.#pdf.moveTo(from, y).lineTo(RIGHT, y).lineWidth(0.7).strokeColor(RULE).stroke());
  }

  band(): void {
    this.#silently(() => this.#pdf.rect(0, 0, WIDTH, 6).fill(ACCENT));
  }

  newPage(): void {
    this.#pdf.addPage();
  }

  /** Calls once for each page, with its number from 1 and how many there are. */
  eachPage(work: (page: number, pages: number) => void): void {
    const { count } = this.#pdf.bufferedPageRange();
    for (let index = 0; index < count; index += 1) {
      this.#pdf.switchToPage(index);
      work(index + 1, count);
    }
  }

  end(): void {
    this.#root.end();
    this.#pdf.end();
  }

  #letters(text: string): string {
    return unbroken(drawable(this.#pdf, text));
  }

  #startOf(text: string, end: number): number {
    return end - this.#pdf.widthOfString(this.#letters(text), { features: PLAIN });
  }

  #put(text: string, x: number, y: number, options: PDFKit.Mixins.TextOptions): void {
    this.#pdf.text(this.#letters(text), x, y, { ...options, features: PLAIN });
  }

  #silently(work: () => void): void {
    this.#pdf.markContent('Artifact');
    work();
    this.#pdf.endMarkedContent();
  }
}

/** Dates, and figures with their unit, stay on one line. */
const unbroken = (text: string): string =>
  text
    .replaceAll(/(\d{1,2}\.?) ((?:de )?\p{L}{3,}(?: de)?) (\d{4})(?!\d)/gu, (date) => date.replaceAll(' ', '\u00a0'))
    .replaceAll(/(\d) (?=[A-Z]{3}\b)/g, '$1\u00a0');
