import type { Seq } from '../../shared/credits/model/quantities.ts';
import type { Unit } from '../../shared/ipc/wallet.ts';
import { useAsked } from '../state/use-asked.ts';
import { EmptyState, Problem, Skeleton } from '../ui/feedback/Feedback.tsx';
import { type Column, Table } from '../ui/layout/Table.tsx';
import { itemWord, type PriceRow, type PriceTable, plainPrices, pricesByResolution } from './labels.ts';
import styles from './Usage.module.css';

/** The policy's whole price list; a span where the exact cost is known only afterwards (PG-06, GS-06, PS-01). */
export function Costs({ unit, seq }: { unit: Unit; seq: Seq }) {
  const { value: lines, problem, again } = useAsked('wallet.pricing', undefined, seq);
  if (problem !== null && lines === null) return <Problem problem={problem} onRetry={again} />;
  if (lines === null) return <Skeleton lines={4} />;
  if (lines.length === 0) return <EmptyState title="No prices yet">They appear as soon as the credit server has answered once.</EmptyState>;
  const sized = pricesByResolution(lines, unit);
  return (
    <>
      <Table
        label="Costs"
        columns={plainColumns}
        rows={plainPrices(lines, unit)}
        keyOf={(row) => `${row.label} ${row.items.join()} ${row.detail}`}
      />
      {sized.rows.length > 0 && (
        <div className={styles.sized}>
          <Table label="Costs by resolution" columns={sizedColumns(sized)} rows={sized.rows} keyOf={(row) => `${row.label} ${row.item}`} />
        </div>
      )}
      {lines.some((line) => line.from !== line.to) && (
        <p className={styles.foot}>
          Where a span is given, the most is held and what it really cost is charged; the rest comes back at once.
        </p>
      )}
    </>
  );
}

const What = ({ label, item }: { label: string; item: string }) => (
  <>
    {label}
    {item !== '' && <span className={styles.item}>{itemWord(item)}</span>}
  </>
);

const plainColumns: readonly Column<PriceRow>[] = [
  {
    title: 'Work',
    cell: (row) => (
      <>
        <What label={row.label} item={row.items.length === 1 ? (row.items[0] ?? '') : ''} />
        {row.items.length > 1 && <span className={styles.items}>{row.items.map(itemWord).join(', ')}</span>}
      </>
    ),
  },
  { title: '', tone: 'quiet', cell: (row) => row.detail },
  { title: 'Costs', end: true, tone: 'strong', cell: (row) => row.price },
];

const sizedColumns = ({ resolutions }: PriceTable): readonly Column<PriceTable['rows'][number]>[] => [
  { title: 'By resolution', cell: (row) => <What label={row.label} item={row.item} /> },
  ...resolutions.map((resolution, index) => ({
    title: resolution,
    end: true,
    cell: (row: PriceTable['rows'][number]) => <span className={styles.cell}>{row.prices[index]}</span>,
  })),
];
