import type { ReactNode } from 'react';
import { cx } from '../cx.ts';
import styles from './Page.module.css';

/** A page beside the studio: a title, its actions, one column that scrolls; `fill`: what is in it takes the height that is left. */
export function Page({
  title,
  actions,
  wide = false,
  fill = false,
  children,
}: {
  title: string;
  actions?: ReactNode;
  wide?: boolean;
  fill?: boolean;
  children: ReactNode;
}) {
  return (
    <main className={styles.page} aria-label={title}>
      <div className={cx(styles.column, wide && styles.wide, fill && styles.fill)}>
        <header className={styles.head}>
          <h1 className={styles.title}>{title}</h1>
          {actions !== undefined && <div className={styles.actions}>{actions}</div>}
        </header>
        {children}
      </div>
    </main>
  );
}

/** A part of a page: weight and space, no box. */
export function PageSection({ title, aside, children }: { title: string; aside?: ReactNode; children: ReactNode }) {
  return (
    <section className={styles.section} aria-label={title}>
      <div className={styles.sectionHead}>
        <h2 className={styles.sectionTitle}>{title}</h2>
        {aside !== undefined && <div className={styles.aside}>{aside}</div>}
      </div>
      {children}
    </section>
  );
}
