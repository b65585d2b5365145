import type { ButtonHTMLAttributes, ReactNode, Ref } from 'react';
import { cx } from '../cx.ts';
import styles from './Button.module.css';
import { Tooltip } from './Tooltip.tsx';

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  /** primary: the one main action of a screen. plain: everything else. quiet: inside dense rows. danger: takes something away. */
  kind?: 'primary' | 'plain' | 'quiet' | 'danger';
  size?: 'small' | 'normal' | 'large';
  icon?: ReactNode;
  /** Shown after the label, for people who use the keyboard. */
  shortcut?: string;
  ref?: Ref<HTMLButtonElement>;
}

/** A button with a label; `kind` says how much it matters. */
export function Button({ kind = 'plain', size = 'normal', icon, shortcut, className, children, type = 'button', ...rest }: ButtonProps) {
  return (
    <button type={type} className={cx(styles.button, styles[kind], styles[size], className)} {...rest}>
      {icon}
      <span className={styles.label}>{children}</span>
      {shortcut !== undefined && <kbd className={styles.shortcut}>{shortcut}</kbd>}
    </button>
  );
}

interface IconButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'children'> {
  /** What it does: the accessible name and the tooltip. */
  label: string;
  icon: ReactNode;
  /** For toggles. */
  pressed?: boolean;
  shortcut?: string;
  size?: 'small' | 'normal';
  side?: 'top' | 'right' | 'bottom' | 'left';
  ref?: Ref<HTMLButtonElement>;
}

/** A button that shows an icon; its label is its tooltip and its name for screen readers. */
export function IconButton({ label, icon, pressed, shortcut, size = 'normal', side = 'bottom', className, ...rest }: IconButtonProps) {
  return (
    <Tooltip label={label} {...(shortcut === undefined ? {} : { shortcut })} side={side}>
      <button
        type="button"
        aria-label={label}
        aria-pressed={pressed}
        className={cx(styles.iconButton, size === 'small' && styles.iconSmall, pressed === true && styles.pressed, className)}
        {...rest}
      >
        {icon}
      </button>
    </Tooltip>
  );
}
