import { ChevronRight } from 'lucide-react';
import { importByDialog, showCollection, useLibrary } from '../state/library.ts';
import { useModel } from '../state/model.ts';
import { selectMany } from '../state/selection.ts';
import { goTo, type Place, useView } from '../state/view.ts';
import { buyLabel, OWN_BOOKS, syncNow, useConnection, useWallet } from '../state/wallet.ts';
import { Button } from '../ui/controls/Button.tsx';
import { Select } from '../ui/controls/Select.tsx';
import { Tooltip } from '../ui/controls/Tooltip.tsx';
import { useAccountZone } from '../ui/figures/Amount.tsx';
import { count } from '../ui/figures/amounts.ts';
import { clockText } from '../ui/figures/dates.ts';
import { BalancePill } from './BalancePill.tsx';
import styles from './Header.module.css';

const ALL = 'all';

/** The top of the window: where one is, whether the server answers, the balance, and the way to buy. */
export function Header() {
  const place = useView((state) => state.place);
  const wallet = useWallet((state) => state.wallet);
  const sells = wallet === null || wallet.offers.packs || wallet.offers.topUp;
  return (
    <header className={styles.header}>
      <span className={styles.name}>Backlot</span>
      <ChevronRight size={14} strokeWidth={1.75} className={styles.chevron} aria-hidden="true" />
      {place === 'studio' ? <SetName /> : <PlaceName />}
      <div className={styles.right}>
        <NetworkState />
        <ConnectionState />
        <BalancePill />
        {sells && (
          <Button kind={place === 'buy' ? 'quiet' : 'plain'} disabled={place === 'buy'} onClick={() => goTo('buy')}>
            {buyLabel(wallet)}
          </Button>
        )}
      </div>
    </header>
  );
}

const placeNames: Readonly<Record<Exclude<Place, 'buy'>, string>> = {
  studio: 'Studio',
  wallet: 'Wallet',
  plans: 'Plans',
  usage: 'Usage',
  history: 'History',
  invoices: 'Invoices',
  reports: 'Reports',
  settings: 'Settings',
};

function PlaceName() {
  const place = useView((state) => state.place);
  const buying = useWallet((state) => buyLabel(state.wallet));
  return <span className={styles.place}>{place === 'buy' ? buying : placeNames[place]}</span>;
}

/** The collection that the gallery shows, and how to get more photos into it. */
function SetName() {
  const collections = useLibrary((state) => state.collections);
  const shown = useLibrary((state) => state.shown);
  const visible = useLibrary((state) => state.visible.length);
  const total = useLibrary((state) => state.order.length);
  const ready = useLibrary((state) => state.loading.status === 'ready');
  const add = async () => {
    const ids = await importByDialog('files');
    if (ids.length > 0) selectMany(ids);
  };
  if (total === 0) return <span className={styles.place}>{ready ? 'No photos yet' : 'Studio'}</span>;
  const options = [
    { value: ALL, label: 'All photos', hint: String(total) },
    ...collections.map((one) => ({ value: one.id, label: one.name, hint: String(one.photos) })),
  ];
  return (
    <>
      <Select
        label="Collection"
        bare
        value={shown ?? ALL}
        options={options}
        onChange={(value) => showCollection(value === ALL ? null : value)}
      />
      <span className={styles.count}>{count(visible, 'photo')}</span>
      <Button kind="quiet" size="small" onClick={() => void add()}>
        Add photos
      </Button>
    </>
  );
}

/** Pictures come out otherwise with it, whoever chose it: a network of the user's own is always named. */
function NetworkState() {
  const own = useModel((state) => state.own);
  if (own == null) return null;
  const title = `Network: ${own.family}`;
  return (
    <Tooltip label={`${own.name} finds the subject in photos.`}>
      <button
        type="button"
        className={styles.connection}
        onClick={() => goTo('settings')}
        aria-label={`${title}, your own. Show in Settings.`}
      >
        {title}
      </button>
    </Tooltip>
  );
}

const stateLabels = { starting: 'starting', online: 'online', offline: 'offline' };

function ConnectionState() {
  const { state, since, reason, local } = useConnection();
  const zone = useAccountZone();
  const about = [reason, state === 'online' ? (local ? OWN_BOOKS : null) : `Since ${clockText(new Date(since), zone)}.`]
    .filter(Boolean)
    .join(' ');
  return (
    <Tooltip label={about === '' ? 'Connected to the credit server.' : about}>
      <button
        type="button"
        className={styles.connection}
        data-state={state}
        onClick={() => void syncNow()}
        aria-label={`Connection: ${stateLabels[state]}. Check now.`}
      >
        <span className={styles.dot} aria-hidden="true" />
        {stateLabels[state]}
      </button>
    </Tooltip>
  );
}
