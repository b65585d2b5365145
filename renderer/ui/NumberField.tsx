import { type KeyboardEvent, type PointerEvent, useId, useRef, useState } from 'react';
import { cx } from './cx.ts';
import styles from './NumberField.module.css';
import { type NumberRange, parseTyped, scrubbed, snap } from './numbers.ts';

export interface NumberFieldProps extends NumberRange {
  label: string;
  value: number;
  /** What a double click on the label or slider goes back to. */
  initial: number;
  /** Shown = stored x scale: 100 for percent. */
  scale?: number;
  /** Shown after the number: "%", "px". */
  unit?: string;
  /** The slider fills from here; a middle value for fields that go both ways. */
  origin?: number;
  disabled?: boolean;
  /** During a drag `done` is false, so that a caller can save once at the end. */
  onChange: (value: number, done: boolean) => void;
}

/** One value, three ways in: type it, slide it, or scrub its label (Shift for fine). Double click resets. */
export function NumberField({
  label,
  value,
  initial,
  scale = 1,
  unit = '',
  origin,
  disabled = false,
  onChange,
  ...range
}: NumberFieldProps) {
  const id = useId();
  const [typed, setTyped] = useState<string | null>(null);
  const scrub = useRef<{ x: number; value: number } | null>(null);
  const shown = `${Math.round(value * scale * 10) / 10}${unit}`;

  const commit = () => {
    const parsed = typed === null ? null : parseTyped(typed, scale);
    setTyped(null);
    if (parsed !== null) onChange(snap(parsed, range), true);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === 'Enter') commit();
    else if (event.key === 'Escape') setTyped(null);
    else if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
      const steps = (event.key === 'ArrowUp' ? 1 : -1) * (event.shiftKey ? 10 : 1);
      setTyped(null);
      onChange(snap(value + steps * range.step, range), true);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const onPointerDown = (event: PointerEvent<HTMLLabelElement>) => {
    if (disabled || event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    scrub.current = { x: event.clientX, value };
  };
  const onPointerMove = (event: PointerEvent<HTMLLabelElement>) => {
    if (scrub.current !== null) onChange(scrubbed(scrub.current.value, event.clientX - scrub.current.x, range, event.shiftKey), false);
  };
  const onPointerUp = (event: PointerEvent<HTMLLabelElement>) => {
    if (scrub.current === null) return;
    const moved = Math.abs(event.clientX - scrub.current.x) > 2;
    scrub.current = null;
    if (moved) onChange(value, true);
  };
  const reset = () => !disabled && onChange(initial, true);

  return (
    <div className={cx(styles.field, disabled && styles.disabled)}>
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: scrubbing is the pointer's way; the input beside it is the keyboard's. */}
      <label
        htmlFor={id}
        className={styles.label}
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        onPointerUp={onPointerUp}
        onDoubleClick={reset}
        // A click would move the focus into the input and select it, which scrubbing must not do.
        onClick={(event) => event.preventDefault()}
      >
        {label}
      </label>
      <Slider
        label={`${label} slider`}
        value={value}
        origin={origin ?? range.min}
        disabled={disabled}
        onChange={onChange}
        onReset={reset}
        {...range}
      />
      <input
        id={id}
        className={styles.value}
        inputMode="decimal"
        disabled={disabled}
        value={typed ?? shown}
        onFocus={(event) => event.currentTarget.select()}
        onChange={(event) => setTyped(event.currentTarget.value)}
        onBlur={commit}
        onKeyDown={onKeyDown}
        onDoubleClick={(event) => event.currentTarget.select()}
      />
    </div>
  );
}

interface SliderProps extends NumberRange {
  label: string;
  value: number;
  origin?: number;
  disabled?: boolean;
  onChange: (value: number, done: boolean) => void;
  onReset?: () => void;
}

/** A native range input, so that keyboards and screen readers know it; filled from `origin`. */
export function Slider({ label, value, min, max, step, origin = min, disabled = false, onChange, onReset }: SliderProps) {
  const at = (number: number): number => ((number - min) / (max - min)) * 100;
  const from = Math.min(at(origin), at(value));
  const to = Math.max(at(origin), at(value));
  return (
    <input
      type="range"
      aria-label={label}
      className={styles.slider}
      style={{ '--from': `${from}%`, '--to': `${to}%` }}
      min={min}
      max={max}
      step={step}
      value={value}
      disabled={disabled}
      onChange={(event) => onChange(snap(Number(event.currentTarget.value), { min, max, step }), false)}
      onPointerUp={() => onChange(value, true)}
      onKeyUp={() => onChange(value, true)}
      onDoubleClick={onReset}
    />
  );
}
