/** One range of bytes, as RFC 9110 (14.1.2) writes it. */
import { Refusal } from '../problems.ts';

/** From the first byte to before the last. null: the whole file, also where several ranges or another unit are asked for. */
export function rangeOf(header: string | string[] | undefined, bytes: number): { readonly from: number; readonly to: number } | null {
  const asked = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(typeof header === 'string' ? header : '');
  const [, first = '', last = ''] = asked ?? [];
  if (asked === null || (first === '' && last === '')) return null;
  const from = first === '' ? Math.max(0, bytes - Number(last)) : Number(first);
  const to = first === '' || last === '' ? bytes : Math.min(bytes, Number(last) + 1);
  if (from < to) return { from, to };
  throw new Refusal('invalid_request', `Range: the file has ${bytes} bytes, and none of them is in this range.`);
}
