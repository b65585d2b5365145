/** Words and order for tools, models and prices. Pure. */
import type { PriceLine } from '../../shared/ipc/usage.ts';
import type { Unit } from '../../shared/ipc/wallet.ts';
import { formatSpan } from '../ui/figures/amounts.ts';

/** "replace-background" reads as "replace background". */
export const itemWord = (item: string): string => item.replaceAll('-', ' ');

/** A line of the price list. */
export interface PriceRow {
  readonly label: string;
  /** The tools or models at this price; none: the work is of one kind. */
  readonly items: readonly string[];
  /** "10 seconds, low complexity"; '' when one price is all there is. */
  readonly detail: string;
  readonly price: string;
}

/** From so many on, steps of one work at one price share a row. */
const MANY = 4;

/** What has a price of its own, one row each; twenty processing steps at the same price are one row. */
export function plainPrices(lines: readonly PriceLine[], unit: Unit): PriceRow[] {
  const rows = lines.filter((line) => line.resolution === null).map((line) => rowOf(line, unit));
  const alike = (a: PriceRow, b: PriceRow): boolean => a.label === b.label && a.detail === b.detail && a.price === b.price;
  return rows.flatMap((row, index) => {
    const same = rows.filter((other) => alike(row, other));
    if (same.length < MANY) return [row];
    return rows.findIndex((other) => alike(row, other)) === index
      ? [{ ...row, items: same.flatMap(({ items }) => items), price: `${row.price} each` }]
      : [];
  });
}

const rowOf = (line: PriceLine, unit: Unit): PriceRow => ({
  label: line.label,
  items: line.item === '' ? [] : [line.item],
  detail: [
    line.perSeconds === null ? '' : `each ${line.perSeconds} seconds`,
    line.complexity === null ? '' : `${line.complexity} complexity`,
  ]
    .filter((part) => part !== '')
    .join(', '),
  price: formatSpan(line.from, line.to, unit),
});

/** Prices by tool or model and resolution; `prices` in the order of `resolutions`. */
export interface PriceTable {
  readonly resolutions: readonly string[];
  readonly rows: readonly { readonly label: string; readonly item: string; readonly prices: readonly string[] }[];
}

/** What costs by resolution: a row for each tool or model, a column for each resolution. */
export function pricesByResolution(lines: readonly PriceLine[], unit: Unit): PriceTable {
  const sized = lines.filter((line) => line.resolution !== null);
  const resolutions = [...new Set(sized.map((line) => line.resolution ?? ''))];
  const keys = [...new Set(sized.map((line) => `${line.label}\n${line.item}`))];
  return {
    resolutions,
    rows: keys.map((key) => {
      const [label = '', item = ''] = key.split('\n');
      return {
        label,
        item,
        prices: resolutions.map((resolution) => {
          const line = sized.find((one) => one.label === label && one.item === item && one.resolution === resolution);
          return line === undefined ? '' : formatSpan(line.from, line.to, unit);
        }),
      };
    }),
  };
}
