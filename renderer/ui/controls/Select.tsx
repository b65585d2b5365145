import { Check, ChevronsUpDown } from 'lucide-react';
import { Select as Radix } from 'radix-ui';
import type { KeyboardEvent } from 'react';
import menu from './Menu.module.css';
import styles from './Select.module.css';

interface SelectOption<T extends string> {
  readonly value: T;
  readonly label: string;
  readonly hint?: string;
}

interface SelectProps<T extends string> {
  label: string;
  /** null: several that differ. */
  value: T | null;
  options: readonly SelectOption<T>[];
  onChange: (value: T) => void;
  disabled?: boolean;
  /** Without a frame, for headers. */
  bare?: boolean;
}

/** A letter on a closed list would choose by it: that is a key of the studio's, and no choice. */
function keepClosed(event: KeyboardEvent): void {
  if (event.key.length === 1 && event.key !== ' ') event.preventDefault();
}

/** One of many. */
export function Select<T extends string>({ label, value, options, onChange, disabled = false, bare = false }: SelectProps<T>) {
  const choose = (next: string) => {
    const option = options.find((candidate) => candidate.value === next);
    if (option !== undefined) onChange(option.value);
  };
  return (
    <Radix.Root value={value ?? ''} onValueChange={choose} disabled={disabled}>
      <Radix.Trigger aria-label={label} onKeyDown={keepClosed} className={bare ? styles.bare : styles.trigger}>
        <span className={styles.value}>
          <Radix.Value placeholder="Mixed" />
        </span>
        <ChevronsUpDown size={12} strokeWidth={1.75} className={styles.icon} />
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content position="popper" sideOffset={4} collisionPadding={8} className={menu.menu}>
          <Radix.Viewport>
            {options.map((option) => (
              <Radix.Item key={option.value} value={option.value} className={menu.item}>
                <span className={menu.mark}>
                  <Radix.ItemIndicator>
                    <Check size={14} strokeWidth={1.75} />
                  </Radix.ItemIndicator>
                </span>
                <Radix.ItemText>{option.label}</Radix.ItemText>
                {option.hint !== undefined && <span className={menu.hint}>{option.hint}</span>}
              </Radix.Item>
            ))}
          </Radix.Viewport>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
