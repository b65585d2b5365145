import { ArrowDown, ArrowUp, X } from 'lucide-react';
import { type KeyboardEvent, memo, useId } from 'react';
import type { Size } from '../../../shared/edit/placement.ts';
import { settingOf, stepLabels } from '../../../shared/edit/processing/sentences.ts';
import { changeStep, type ListedStep, moveStep, openStep, removeStep } from '../../state/processing.ts';
import { IconButton } from '../../ui/controls/Button.tsx';
import styles from './Process.module.css';
import { hasFields, StepFields } from './StepFields.tsx';

interface StepRowProps {
  listed: ListedStep;
  index: number;
  count: number;
  size: Size;
  opened: boolean;
}

/** What the buttons and keys of a row do; `from`: what was pressed, from where the focus goes on. */
function moves(key: string, label: string) {
  const move = (places: -1 | 1, from: HTMLElement) => {
    moveStep(key, places, label);
    // The row has changed its place under the focus; at an end the button that moved it is off.
    requestAnimationFrame(() => {
      const heading = from.closest('li')?.querySelector<HTMLElement>('[data-heading]');
      (from.matches(':disabled') ? heading : from)?.focus();
    });
  };
  const remove = (from: HTMLElement) => {
    const row = from.closest('li');
    const next = row?.nextElementSibling ?? row?.previousElementSibling;
    const after = next?.querySelector<HTMLElement>('[data-heading]') ?? row?.closest('section')?.querySelector<HTMLElement>('[data-add]');
    removeStep(key, label);
    after?.focus();
  };
  const onKeyDown = (event: KeyboardEvent<HTMLButtonElement>) => {
    if (event.altKey && event.key === 'ArrowUp') move(-1, event.currentTarget);
    else if (event.altKey && event.key === 'ArrowDown') move(1, event.currentTarget);
    else if (event.key === 'Delete' || event.key === 'Backspace') remove(event.currentTarget);
    else return;
    // Elsewhere these keys mean photos.
    event.preventDefault();
    event.stopPropagation();
  };
  return { move, remove, onKeyDown };
}

/** One step: its name and setting, its place in the order, and its settings below while it is open. */
export const StepRow = memo(function StepRow({ listed, index, count, size, opened }: StepRowProps) {
  const { key, step } = listed;
  const id = useId();
  const label = stepLabels[step.kind];
  const setting = settingOf(step);
  const opens = hasFields(step);
  const { move, remove, onKeyDown } = moves(key, label);
  return (
    <li className={styles.step}>
      <div className={styles.row}>
        <button
          type="button"
          data-heading={key}
          className={styles.heading}
          aria-expanded={opens ? opened : undefined}
          aria-controls={opens && opened ? id : undefined}
          aria-label={`Step ${index + 1} of ${count}: ${label}${setting === '' ? '' : `, ${setting}`}`}
          title="Alt and arrow up or down moves it, Delete removes it"
          onClick={() => opens && openStep(opened ? null : key)}
          onKeyDown={onKeyDown}
        >
          <span className={styles.number}>{index + 1}</span>
          <span className={styles.words}>
            <span className={styles.label}>{label}</span>
            {setting !== '' && <span className={styles.setting}>{setting}</span>}
          </span>
        </button>
        <IconButton
          size="small"
          label={`Move ${label} up`}
          icon={<ArrowUp size={13} strokeWidth={1.75} />}
          disabled={index === 0}
          onClick={(event) => move(-1, event.currentTarget)}
        />
        <IconButton
          size="small"
          label={`Move ${label} down`}
          icon={<ArrowDown size={13} strokeWidth={1.75} />}
          disabled={index === count - 1}
          onClick={(event) => move(1, event.currentTarget)}
        />
        <IconButton
          size="small"
          label={`Remove ${label}`}
          icon={<X size={13} strokeWidth={1.75} />}
          onClick={(event) => remove(event.currentTarget)}
        />
      </div>
      {opens && opened && (
        <div id={id} className={styles.fields}>
          <StepFields stepKey={key} step={step} size={size} onChange={(next) => changeStep(key, next)} />
        </div>
      )}
    </li>
  );
});
