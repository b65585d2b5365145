import { ChartNoAxesColumn, Flag, History, Images, Layers, ReceiptText, Settings, Wallet } from 'lucide-react';
import type { ComponentType } from 'react';
import { goTo, type Place, useView } from '../state/view.ts';
import { useWallet } from '../state/wallet.ts';
import { Tooltip } from '../ui/controls/Tooltip.tsx';
import styles from './Rail.module.css';

interface Entry {
  readonly place: Place;
  readonly label: string;
  readonly icon: ComponentType<{ size: number; strokeWidth: number }>;
  readonly shortcut?: string;
}

const entries: readonly Entry[] = [
  { place: 'studio', label: 'Studio', icon: Images, shortcut: 'Alt 1' },
  { place: 'wallet', label: 'Wallet', icon: Wallet, shortcut: 'Alt 2' },
  { place: 'usage', label: 'Usage', icon: ChartNoAxesColumn },
  { place: 'history', label: 'History', icon: History, shortcut: 'Alt 3' },
  { place: 'plans', label: 'Plans', icon: Layers },
  { place: 'invoices', label: 'Invoices', icon: ReceiptText },
  { place: 'reports', label: 'Reports', icon: Flag, shortcut: 'Alt 4' },
];
const last: Entry = { place: 'settings', label: 'Settings', icon: Settings };

/** The places of the app as buttons; Plans only where the policy has plans. */
export function Rail() {
  const plans = useWallet((state) => state.wallet?.offers.plans ?? 'none');
  return (
    <nav className={styles.rail} aria-label="Places">
      {entries
        .filter(({ place }) => place !== 'plans' || plans !== 'none')
        .map((entry) => (
          <RailButton key={entry.place} {...entry} />
        ))}
      <span className={styles.space} />
      <RailButton {...last} />
    </nav>
  );
}

function RailButton({ place, label, icon: Icon, shortcut }: Entry) {
  const here = useView((state) => state.place === place);
  return (
    <Tooltip label={label} side="right" {...(shortcut === undefined ? {} : { shortcut })}>
      <button
        type="button"
        className={styles.button}
        aria-label={label}
        aria-current={here ? 'page' : undefined}
        onClick={() => goTo(place)}
      >
        <Icon size={20} strokeWidth={1.5} />
      </button>
    </Tooltip>
  );
}
