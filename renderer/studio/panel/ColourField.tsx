import { useEffect, useRef, useState } from 'react';
import { parseHex } from './colours.ts';
import styles from './EditPanel.module.css';

interface ColourFieldProps {
  label: string;
  /** `#rrggbb`. */
  value: string;
  initial: string;
  /** The value stands for several that differ. */
  mixed?: boolean;
  /** Only when the user chose another colour. In the system's picker it comes often; `onDone` says that it is over. */
  onChange: (value: string) => void;
  onDone?: () => void;
}

/** A colour: pick it, or type it. Double click on the label resets. */
export function ColourField({ label, value, initial, mixed = false, onChange, onDone }: ColourFieldProps) {
  const [typed, setTyped] = useState<string | null>(null);
  const picker = useRef<HTMLInputElement>(null);
  const done = useRef(onDone);
  done.current = onDone;
  // React calls the picker's every move a change; the browser's own event of that name is the picker's end.
  useEffect(() => {
    const element = picker.current;
    const end = (): void => done.current?.();
    element?.addEventListener('change', end);
    return () => element?.removeEventListener('change', end);
  }, []);
  const choose = (next: string): void => {
    if (next !== value || mixed) onChange(next);
  };
  const commit = () => {
    const parsed = typed === null || typed.trim() === (mixed ? '' : value) ? null : parseHex(typed);
    setTyped(null);
    if (parsed === null) return;
    choose(parsed);
    onDone?.();
  };
  return (
    <div className={styles.colour}>
      <input
        ref={picker}
        type="color"
        aria-label={`${label} colour${mixed ? ', mixed' : ''}`}
        title={`${label}: double click resets`}
        data-mixed={mixed || undefined}
        value={value}
        onChange={(event) => choose(event.currentTarget.value.toLowerCase())}
        onDoubleClick={() => {
          choose(initial);
          onDone?.();
        }}
      />
      <input
        className={styles.hex}
        data-commits
        aria-label={`${label} as a hex value`}
        value={typed ?? (mixed ? '' : value)}
        placeholder={mixed ? 'mixed' : undefined}
        maxLength={7}
        onChange={(event) => setTyped(event.currentTarget.value)}
        onFocus={(event) => event.currentTarget.select()}
        onBlur={commit}
        onKeyDown={(event) => event.key === 'Enter' && commit()}
      />
    </div>
  );
}
