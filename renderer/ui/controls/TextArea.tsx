import { useId } from 'react';
import styles from './TextField.module.css';

/** A few lines of text under their label. */
export function TextArea({
  label,
  value,
  onChange,
  rows,
  invalid = false,
}: {
  label: string;
  value: string;
  onChange: (value: string) => void;
  rows: number;
  invalid?: boolean;
}) {
  const id = useId();
  return (
    <div className={styles.field}>
      <label htmlFor={id} className={styles.label}>
        {label}
      </label>
      <textarea
        id={id}
        className={styles.area}
        rows={rows}
        spellCheck={false}
        aria-invalid={invalid}
        data-invalid={invalid || undefined}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    </div>
  );
}
