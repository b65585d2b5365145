import type { ReactNode } from 'react';
import styles from './SettingsPage.module.css';

/** One setting: what it is and what it is for, and beside it how it is changed. */
export function Setting({ label, hint, children }: { label: string; hint?: string; children: ReactNode }) {
  return (
    <div className={styles.setting}>
      <div className={styles.label}>
        <p>{label}</p>
        {hint !== undefined && <p className={styles.hint}>{hint}</p>}
      </div>
      <div className={styles.control}>{children}</div>
    </div>
  );
}
