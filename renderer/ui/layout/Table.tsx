import type { ReactNode } from 'react';
import { cx } from '../cx.ts';
import styles from './Table.module.css';

/** A column: its title and what it shows of a row. */
export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => ReactNode;
  /** Amounts stand at the right, so that digits line up. */
  readonly end?: boolean;
  readonly tone?: 'quiet' | 'strong';
  /** A number or a date, which is not broken over lines. */
  readonly whole?: boolean;
}

/** Rows under named columns; hairlines, no box. For lists that fit in memory and on a page. */
export function Table<Row>({
  label,
  columns,
  rows,
  keyOf,
}: {
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  keyOf: (row: Row) => string;
}) {
  return (
    <table className={styles.table} aria-label={label}>
      <thead>
        <tr>
          {columns.map((column) => (
            <th key={column.title} scope="col" className={cx(column.end === true && styles.end)}>
              {column.title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={keyOf(row)}>
            {columns.map((column) => (
              <td
                key={column.title}
                className={cx(
                  column.end === true && styles.end,
                  column.tone !== undefined && styles[column.tone],
                  column.whole === true && styles.whole,
                )}
              >
                {column.cell(row)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
