import { useEffect } from 'react';
import type { EventPayload } from '../../shared/ipc/index.ts';
import { BuyMore } from '../billing/BuyMore.tsx';
import { Invoices } from '../billing/Invoices.tsx';
import { Plans } from '../billing/Plans.tsx';
import { on } from '../bridge.ts';
import { History } from '../history/History.tsx';
import { Reports } from '../reports/Reports.tsx';
import { SettingsPage } from '../settings/SettingsPage.tsx';
import { useSettings } from '../state/settings.ts';
import { comeBackTo, type Place, useView } from '../state/view.ts';
import { syncNow, useWallet } from '../state/wallet.ts';
import { Studio } from '../studio/Studio.tsx';
import { TooltipProvider } from '../ui/controls/Tooltip.tsx';
import { say, Toasts } from '../ui/feedback/Toast.tsx';
import { AccountZone } from '../ui/figures/Amount.tsx';
import { Usage } from '../usage/Usage.tsx';
import { WalletPage } from '../wallet/WalletPage.tsx';
import styles from './App.module.css';
import { DropTarget } from './DropTarget.tsx';
import { Fault } from './Fault.tsx';
import { Header } from './Header.tsx';
import { Notices } from './Notices.tsx';
import { Rail } from './Rail.tsx';
import { useShortcuts } from './shortcuts.ts';
import { useTheme } from './theme.ts';

const places: Readonly<Record<Place, () => React.ReactNode>> = {
  studio: Studio,
  wallet: WalletPage,
  buy: BuyMore,
  plans: Plans,
  usage: Usage,
  history: History,
  invoices: Invoices,
  reports: Reports,
  settings: SettingsPage,
};

/** From a page in the browser to the page one left, where what became of it stands as soon as the server has said. */
function comeBack({ page, outcome }: EventPayload<'returned'>): void {
  comeBackTo(page);
  void syncNow();
  if (outcome === 'portal') say('Back from the payment page');
}

/** The whole window: header, rail, the place that is open, and what lies above them. */
export function App() {
  const place = useView((state) => state.place);
  const theme = useTheme(useSettings((state) => state.settings.theme));
  const zone = useWallet((state) => state.wallet?.timeZone);
  useShortcuts();
  useEffect(() => {
    document.documentElement.dataset['theme'] = theme;
  }, [theme]);
  useEffect(() => on('returned', comeBack), []);
  const Here = places[place];
  return (
    <AccountZone value={zone}>
      <TooltipProvider>
        <div className={styles.frame}>
          <Header />
          <Rail />
          <Notices />
          <div className={styles.place}>
            <Fault key={place}>
              <Here />
            </Fault>
          </div>
        </div>
        <DropTarget />
        <Toasts theme={theme === 'light' ? 'light' : 'dark'} />
      </TooltipProvider>
    </AccountZone>
  );
}
