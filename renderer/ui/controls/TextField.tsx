import { useId } from 'react';
import styles from './TextField.module.css';

interface TextFieldProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  /** Before the text: "€". */
  prefix?: string;
  /** After it: "credits". */
  suffix?: string;
  numeric?: boolean;
  invalid?: boolean;
  disabled?: boolean;
  /** The label is only for those who hear it. */
  bare?: boolean;
}

/** One line of text under its label. */
export function TextField({
  label,
  value,
  onChange,
  prefix,
  suffix,
  numeric = false,
  invalid = false,
  disabled = false,
  bare = false,
}: TextFieldProps) {
  const id = useId();
  return (
    <div className={styles.field}>
      {!bare && (
        <label htmlFor={id} className={styles.label}>
          {label}
        </label>
      )}
      <span className={styles.box} data-invalid={invalid || undefined}>
        {prefix !== undefined && <span className={styles.affix}>{prefix}</span>}
        <input
          id={id}
          className={styles.input}
          {...(bare ? { 'aria-label': label } : {})}
          {...(numeric ? { inputMode: 'decimal' as const } : {})}
          aria-invalid={invalid}
          disabled={disabled}
          spellCheck={false}
          value={value}
          onFocus={(event) => event.currentTarget.select()}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
        {suffix !== undefined && <span className={styles.affix}>{suffix}</span>}
      </span>
    </div>
  );
}
