import { useState } from 'react';
import { parseHex } from './colours.ts';
import styles from './EditPanel.module.css';

interface ColourFieldProps {
  label: string;
  /** `#rrggbb`. */
  value: string;
  initial: string;
  onChange: (value: string, done: boolean) => void;
}

/** A colour: pick it, or type it. Double click on the label resets. */
export function ColourField({ label, value, initial, onChange }: ColourFieldProps) {
  const [typed, setTyped] = useState<string | null>(null);
  const commit = () => {
    const parsed = typed === null ? null : parseHex(typed);
    setTyped(null);
    if (parsed !== null) onChange(parsed, true);
  };
  return (
    <div className={styles.colour}>
      <input
        type="color"
        aria-label={`${label} colour`}
        title={`${label}: double click resets`}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value.toLowerCase(), false)}
        onDoubleClick={() => onChange(initial, true)}
      />
      <input
        className={styles.hex}
        aria-label={`${label} as a hex value`}
        value={typed ?? value}
        maxLength={7}
        onChange={(event) => setTyped(event.currentTarget.value)}
        onFocus={(event) => event.currentTarget.select()}
        onBlur={commit}
        onKeyDown={(event) => event.key === 'Enter' && commit()}
      />
    </div>
  );
}
