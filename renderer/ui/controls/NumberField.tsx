import { type ChangeEvent, type KeyboardEvent, type PointerEvent, useId, useRef, useState } from 'react';
import { cx } from '../cx.ts';
import styles from './NumberField.module.css';
import { type NumberRange, parseTyped, scrubbed, snap } from './numbers.ts';
import { Slider } from './Slider.tsx';

interface NumberFieldProps extends NumberRange {
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
  /** The value stands for several that differ: whatever is chosen, and be it this value, goes to all of them. */
  mixed?: boolean;
  /** Only when the user chose another value. During a drag it comes often; `onDone` says that it is over. */
  onChange: (value: number) => void;
  onDone?: () => void;
}

/** A label that is pressed and moves by less than this was only pressed. */
const SCRUB_FROM_PX = 3;

/**
 * One value, three ways in: type it, slide it, or scrub its label (Shift for fine). Double click resets. To pass through, to
 * focus or to leave it changes nothing.
 */
export function NumberField({
  label,
  value,
  initial,
  scale = 1,
  unit = '',
  origin,
  disabled = false,
  mixed = false,
  onChange,
  onDone,
  ...range
}: NumberFieldProps) {
  const id = useId();
  const choose = (next: number): void => {
    if (next === value && !mixed) return;
    onChange(next);
    onDone?.();
  };
  const typing = useTyping({ value, shown: mixed ? '' : `${Math.round(value * scale * 10) / 10}${unit}`, scale, range, choose });
  const scrubbing = useScrubbing({ value, range, disabled, onChange, onDone });
  const reset = () => !disabled && choose(initial);

  return (
    <div className={cx(styles.field, disabled && styles.disabled)}>
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: scrubbing is the pointer's way; the input beside it is the keyboard's. */}
      <label
        htmlFor={id}
        className={styles.label}
        {...scrubbing}
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
        mixed={mixed}
        onChange={onChange}
        {...(onDone === undefined ? {} : { onDone })}
        onReset={reset}
        {...range}
      />
      <input
        id={id}
        className={styles.value}
        data-commits
        placeholder={mixed ? 'mixed' : undefined}
        inputMode="decimal"
        disabled={disabled}
        {...typing}
        onFocus={(event) => event.currentTarget.select()}
        onDoubleClick={(event) => event.currentTarget.select()}
      />
    </div>
  );
}

interface Typing {
  readonly value: number;
  /** As the input has it while nobody types. */
  readonly shown: string;
  readonly scale: number;
  readonly range: NumberRange;
  readonly choose: (next: number) => void;
}

/** What is typed counts when the input is left or Enter is pressed; Escape forgets it; the arrow keys go by steps. */
function useTyping({ value, shown, scale, range, choose }: Typing) {
  const [typed, setTyped] = useState<string | null>(null);
  const commit = () => {
    const parsed = typed === null || typed.trim() === shown ? null : parseTyped(typed, scale);
    setTyped(null);
    if (parsed !== null) choose(snap(parsed, range));
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === 'Enter') commit();
    else if (event.key === 'Escape') setTyped(null);
    else if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
      const steps = (event.key === 'ArrowUp' ? 1 : -1) * (event.shiftKey ? 10 : 1);
      setTyped(null);
      choose(snap(value + steps * range.step, range));
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const onChange = (event: ChangeEvent<HTMLInputElement>) => setTyped(event.currentTarget.value);
  return { value: typed ?? shown, onChange, onBlur: commit, onKeyDown };
}

interface Scrubbing extends Pick<NumberFieldProps, 'value' | 'onChange'> {
  readonly range: NumberRange;
  readonly disabled: boolean;
  readonly onDone: (() => void) | undefined;
}

/** A drag along the label changes the value; `onDone` only when it did. */
function useScrubbing({ value, range, disabled, onChange, onDone }: Scrubbing) {
  const scrub = useRef<{ readonly x: number; readonly value: number; last: number | null } | null>(null);
  const onPointerDown = (event: PointerEvent<HTMLLabelElement>) => {
    if (disabled || event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    scrub.current = { x: event.clientX, value, last: null };
  };
  const onPointerMove = (event: PointerEvent<HTMLLabelElement>) => {
    const current = scrub.current;
    if (current === null) return;
    const pixels = event.clientX - current.x;
    if (current.last === null && Math.abs(pixels) < SCRUB_FROM_PX) return;
    const next = scrubbed(current.value, pixels, range, event.shiftKey);
    if (next === (current.last ?? current.value)) return;
    current.last = next;
    onChange(next);
  };
  const onPointerUp = () => {
    const moved = scrub.current?.last != null;
    scrub.current = null;
    if (moved) onDone?.();
  };
  return { onPointerDown, onPointerMove, onPointerUp, onPointerCancel: onPointerUp };
}
