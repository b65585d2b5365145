import { RadioGroup } from 'radix-ui';
import type { LogoAnchor } from '../../../shared/edit/recipe.ts';
import styles from './EditPanel.module.css';

const anchors: readonly { anchor: LogoAnchor; label: string }[] = [
  { anchor: 'top-left', label: 'Top left' },
  { anchor: 'top', label: 'Top' },
  { anchor: 'top-right', label: 'Top right' },
  { anchor: 'left', label: 'Left' },
  { anchor: 'centre', label: 'Centre' },
  { anchor: 'right', label: 'Right' },
  { anchor: 'bottom-left', label: 'Bottom left' },
  { anchor: 'bottom', label: 'Bottom' },
  { anchor: 'bottom-right', label: 'Bottom right' },
];

interface AnchorGridProps {
  label: string;
  /** null: none of the nine. */
  value: LogoAnchor | null;
  onChange: (anchor: LogoAnchor) => void;
}

/** Nine places on a picture, of which one is chosen. */
export function AnchorGrid({ label, value, onChange }: AnchorGridProps) {
  const choose = (next: string) => {
    const found = anchors.find(({ anchor }) => anchor === next);
    if (found !== undefined) onChange(found.anchor);
  };
  return (
    <RadioGroup.Root className={styles.anchors} aria-label={label} value={value ?? ''} onValueChange={choose}>
      {anchors.map(({ anchor, label: name }) => (
        <RadioGroup.Item key={anchor} value={anchor} aria-label={name} title={name} className={styles.anchor} />
      ))}
    </RadioGroup.Root>
  );
}
