import { X } from 'lucide-react';
import { Dialog as Radix, Popover as RadixPopover } from 'radix-ui';
import type { ReactNode } from 'react';
import { IconButton } from '../controls/Button.tsx';
import { cx } from '../cx.ts';
import styles from './Dialog.module.css';

interface DialogProps {
  open: boolean;
  onClose: () => void;
  title: string;
  description?: string;
  /** Buttons: the main one last. */
  actions?: ReactNode;
  wide?: boolean;
  children?: ReactNode;
}

/** The first field, else the first answer, has the focus; never the corner that closes. */
function focusAnswer(event: Event): void {
  const dialog = event.currentTarget;
  const first = dialog instanceof HTMLElement ? dialog.querySelector<HTMLElement>('textarea, input, footer button') : null;
  if (first === null) return;
  event.preventDefault();
  first.focus();
}

/** A question that needs an answer before anything else. Never one on top of another. */
export function Dialog({ open, onClose, title, description, actions, wide = false, children }: DialogProps) {
  return (
    <Radix.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className={styles.scrim} />
        <Radix.Content
          onOpenAutoFocus={focusAnswer}
          className={cx(styles.dialog, wide && styles.wide)}
          {...(description === undefined ? { 'aria-describedby': undefined } : {})}
        >
          <header className={styles.head}>
            <Radix.Title className={styles.title}>{title}</Radix.Title>
            <Radix.Close asChild>
              <IconButton label="Close" icon={<X size={16} strokeWidth={1.75} />} />
            </Radix.Close>
          </header>
          {description !== undefined && <Radix.Description className={styles.description}>{description}</Radix.Description>}
          {children !== undefined && <div className={styles.body}>{children}</div>}
          {actions !== undefined && <footer className={styles.actions}>{actions}</footer>}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** Something small beside what it belongs to. */
export function Popover({
  trigger,
  label,
  align = 'end',
  children,
}: {
  trigger: ReactNode;
  label: string;
  align?: 'start' | 'center' | 'end';
  children: ReactNode;
}) {
  return (
    <RadixPopover.Root>
      <RadixPopover.Trigger asChild>{trigger}</RadixPopover.Trigger>
      <RadixPopover.Portal>
        <RadixPopover.Content className={styles.popover} align={align} sideOffset={6} collisionPadding={8} aria-label={label}>
          {children}
        </RadixPopover.Content>
      </RadixPopover.Portal>
    </RadixPopover.Root>
  );
}

/** Closes the popover that it stands in. */
export const PopoverClose = RadixPopover.Close;
