import { ChevronDown } from 'lucide-react';
import { Collapsible } from 'radix-ui';
import type { ReactNode } from 'react';
import styles from './Panel.module.css';

interface PanelSectionProps {
  title: string;
  /** The section in a few words, shown at the right of its title while folded: "Paper", "Floor · 96%". */
  summary?: ReactNode;
  /** Buttons at the right of the title while open. */
  actions?: ReactNode;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** Double click on the title. */
  onReset?: () => void;
  children: ReactNode;
}

/** A section of a side panel that folds. The panel itself scrolls; sections never move what is above them. */
export function PanelSection({ title, summary, actions, open, onOpenChange, onReset, children }: PanelSectionProps) {
  return (
    <Collapsible.Root open={open} onOpenChange={onOpenChange} className={styles.section} asChild>
      <section aria-label={title}>
        <div className={styles.head}>
          <Collapsible.Trigger className={styles.trigger} onDoubleClick={onReset}>
            <ChevronDown size={14} strokeWidth={1.75} className={styles.chevron} />
            <span className={styles.title}>{title}</span>
            {!open && summary !== undefined && <span className={styles.summary}>{summary}</span>}
          </Collapsible.Trigger>
          {open && actions !== undefined && <div className={styles.actions}>{actions}</div>}
        </div>
        <Collapsible.Content className={styles.body}>{children}</Collapsible.Content>
      </section>
    </Collapsible.Root>
  );
}

/** A label at the left, whatever control at the right; the panel's rows share one grid. */
export function Row({ label, htmlFor, children }: { label: string; htmlFor?: string; children: ReactNode }) {
  return (
    <div className={styles.row}>
      <label className={styles.rowLabel} htmlFor={htmlFor}>
        {label}
      </label>
      <div className={styles.rowControl}>{children}</div>
    </div>
  );
}
