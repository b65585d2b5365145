import { DropdownMenu as Radix, ContextMenu as RadixContext } from 'radix-ui';
import type { ReactNode } from 'react';
import { cx } from '../cx.ts';
import styles from './Menu.module.css';

/** A line of a menu. */
export interface MenuItem {
  readonly label: string;
  readonly onSelect: () => void;
  readonly shortcut?: string;
  readonly disabled?: boolean;
  readonly danger?: boolean;
  /** Draws a hairline above. */
  readonly separated?: boolean;
}

const Items = ({ items, parts }: { items: readonly MenuItem[]; parts: typeof Radix | typeof RadixContext }) =>
  items.map((item) => (
    <div key={item.label} role="none">
      {item.separated === true && <parts.Separator className={styles.separator} />}
      <parts.Item
        className={cx(styles.item, item.danger === true && styles.danger)}
        disabled={item.disabled === true}
        onSelect={item.onSelect}
      >
        {item.label}
        {item.shortcut !== undefined && <kbd className={styles.hint}>{item.shortcut}</kbd>}
      </parts.Item>
    </div>
  ));

/** A menu behind a button. */
export function Menu({ trigger, items, align = 'end' }: { trigger: ReactNode; items: readonly MenuItem[]; align?: 'start' | 'end' }) {
  return (
    <Radix.Root modal={false}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content className={styles.menu} align={align} sideOffset={4} collisionPadding={8}>
          <Items items={items} parts={Radix} />
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** A menu behind the right button; everything in it must be reachable elsewhere too. */
export function ContextMenu({ items, children }: { items: readonly MenuItem[]; children: ReactNode }) {
  return (
    <RadixContext.Root modal={false}>
      <RadixContext.Trigger asChild>{children}</RadixContext.Trigger>
      <RadixContext.Portal>
        <RadixContext.Content className={styles.menu} collisionPadding={8}>
          <Items items={items} parts={RadixContext} />
        </RadixContext.Content>
      </RadixContext.Portal>
    </RadixContext.Root>
  );
}
