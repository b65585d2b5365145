import { useState } from 'react';
import { changeSettings } from '../state/settings.ts';
import { Button } from '../ui/controls/Button.tsx';
import styles from './SettingsPage.module.css';

/** A company's own server by its address; empty: the one this installation names, else the studio's own. */
export function ServerAddress({ address, local }: { address: string | null; local: boolean }) {
  const [typed, setTyped] = useState<string | null>(null);
  const shown = typed ?? address ?? '';
  const changed = typed !== null && typed.trim() !== (address ?? '');
  const valid = shown.trim() === '' || /^https:\/\/[^\s/]+|^http:\/\/(127\.0\.0\.1|localhost)(:\d+)?/.test(shown.trim());
  const save = () => {
    if (!changed || !valid) return;
    void changeSettings({ serverUrl: shown.trim() === '' ? null : shown.trim() });
    setTyped(null);
  };
  return (
    <form
      className={styles.address}
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <input
        aria-label="Server address"
        aria-invalid={!valid}
        className={styles.input}
        placeholder={local ? 'Runs inside the studio' : 'Named by this installation'}
        spellCheck={false}
        value={shown}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      <Button size="small" type="submit" disabled={!changed || !valid}>
        Save
      </Button>
      {!valid && <p className={styles.hint}>An address starts with https://. Nothing was changed.</p>}
    </form>
  );
}
