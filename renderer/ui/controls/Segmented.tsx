import { ToggleGroup } from 'radix-ui';
import type { ReactNode } from 'react';
import { cx } from '../cx.ts';
import styles from './Segmented.module.css';

interface SegmentedOption<T extends string> {
  readonly value: T;
  readonly label: string;
  /** Shown instead of the label; the label stays its name. */
  readonly icon?: ReactNode;
  /** Cannot be chosen now. */
  readonly disabled?: boolean;
}

interface SegmentedProps<T extends string> {
  label: string;
  /** null: several that differ, so none is chosen. */
  value: T | null;
  options: readonly SegmentedOption<T>[];
  onChange: (value: T) => void;
  disabled?: boolean;
  wide?: boolean;
}

/** One of a few, all visible. */
export function Segmented<T extends string>({ label, value, options, onChange, disabled = false, wide = true }: SegmentedProps<T>) {
  const choose = (next: string) => {
    const option = options.find((candidate) => candidate.value === next);
    if (option !== undefined) onChange(option.value);
  };
  return (
    <ToggleGroup.Root
      type="single"
      aria-label={label}
      value={value ?? ''}
      disabled={disabled}
      onValueChange={choose}
      className={cx(styles.group, wide && styles.wide)}
    >
      {options.map((option) => (
        <ToggleGroup.Item
          key={option.value}
          value={option.value}
          aria-label={option.label}
          title={option.icon === undefined ? undefined : option.label}
          className={styles.item}
          disabled={option.disabled ?? false}
        >
          {option.icon ?? option.label}
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  );
}
