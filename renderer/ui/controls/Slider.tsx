import { useRef } from 'react';
import styles from './NumberField.module.css';
import { type NumberRange, snap } from './numbers.ts';

interface SliderProps extends NumberRange {
  label: string;
  value: number;
  origin?: number;
  disabled?: boolean;
  /** The value stands for several that differ. */
  mixed?: boolean;
  /** Only when the value moves. */
  onChange: (value: number) => void;
  /** The end of a drag or of held keys, if it moved anything. */
  onDone?: () => void;
  onReset?: () => void;
}

/**
 * A native range input, so that keyboards and screen readers know it; filled from `origin`. Focus, a key or a button that is let
 * go change nothing: a value that was undone meanwhile must not be written again.
 */
export function Slider({
  label,
  value,
  min,
  max,
  step,
  origin = min,
  disabled = false,
  mixed = false,
  onChange,
  onDone,
  onReset,
}: SliderProps) {
  const moving = useRef(false);
  const at = (number: number): number => ((number - min) / (max - min)) * 100;
  const from = Math.min(at(origin), at(value));
  const to = Math.max(at(origin), at(value));
  const end = (): void => {
    if (!moving.current) return;
    moving.current = false;
    onDone?.();
  };
  return (
    <input
      type="range"
      aria-label={label}
      aria-valuetext={mixed ? 'mixed' : undefined}
      data-mixed={mixed || undefined}
      className={styles.slider}
      style={{ '--from': `${from}%`, '--to': `${to}%` }}
      min={min}
      max={max}
      step={step}
      value={value}
      disabled={disabled}
      onChange={(event) => {
        const next = snap(Number(event.currentTarget.value), { min, max, step });
        if (next === value && !mixed) return;
        moving.current = true;
        onChange(next);
      }}
      onPointerUp={end}
      onKeyUp={end}
      onBlur={end}
      onDoubleClick={onReset}
    />
  );
}
