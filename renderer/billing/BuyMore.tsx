import { ArrowLeft } from 'lucide-react';
import { RadioGroup } from 'radix-ui';
import { useState } from 'react';
import type { PackView, WalletView } from '../../shared/ipc/wallet.ts';
import type { Problem as ProblemValue } from '../../shared/result.ts';
import { call } from '../bridge.ts';
import { useAsked } from '../state/asking.ts';
import { goTo, useView } from '../state/view.ts';
import { buyWord, useConnection, useWallet, writeToSupport } from '../state/wallet.ts';
import { Amount, DateText } from '../ui/Amount.tsx';
import { formatMoney, formatWithUnit } from '../ui/amounts.ts';
import { Button } from '../ui/Button.tsx';
import { EmptyState, Notice, Problem, Skeleton } from '../ui/Feedback.tsx';
import { Page } from '../ui/Page.tsx';
import { AutoTopUp } from './AutoTopUp.tsx';
import styles from './BuyMore.module.css';
import { PayBy, usePaying } from './PayBy.tsx';
import { TopUp } from './TopUp.tsx';

export interface Bought {
  readonly credits: string;
  readonly invoice: string | null;
  /** It is paid on the provider's page. */
  readonly inBrowser: boolean;
}

/** Packs or an amount, as the policy sells; one button that says everything, billed by invoice (ST-15). */
export function BuyMore() {
  const wallet = useWallet((state) => state.wallet);
  const online = useConnection((state) => state.state === 'online');
  const cameFrom = useView((state) => state.cameFrom);
  const packs = useAsked('wallet.packs', undefined, `${wallet?.seq ?? 0} ${online}`);
  const [bought, setBought] = useState<Bought | null>(null);
  const back = cameFrom === null || cameFrom === 'buy' ? 'studio' : cameFrom;

  return (
    <Page
      title={buyWord(wallet)}
      wide
      actions={
        <>
          <Button kind="quiet" onClick={writeToSupport}>
            Ask support
          </Button>
          <Button kind="quiet" icon={<ArrowLeft size={14} strokeWidth={1.75} />} onClick={() => goTo(back)}>
            Back to {back}
          </Button>
        </>
      }
    >
      {wallet !== null && bought !== null ? (
        <Done bought={bought} wallet={wallet} back={() => goTo(back)} again={() => setBought(null)} />
      ) : packs.problem !== null && packs.value === null ? (
        <Problem problem={packs.problem} onRetry={packs.again} />
      ) : packs.value === null || wallet === null ? (
        <Skeleton lines={4} height={40} label="Loading the packs" />
      ) : (
        <>
          {wallet.offers.topUp && <TopUp wallet={wallet} online={online} done={setBought} />}
          {wallet.offers.packs && <Packs packs={packs.value} wallet={wallet} online={online} done={setBought} />}
          {wallet.offers.autoTopUp && <AutoTopUp wallet={wallet} online={online} packs={packs.value} />}
        </>
      )}
    </Page>
  );
}

interface PacksProps {
  packs: readonly PackView[];
  wallet: WalletView;
  online: boolean;
  done: (bought: Bought) => void;
}

/** Exactly three packs (ST-13), the middle one chosen. */
function Packs({ packs, wallet, online, done }: PacksProps) {
  const paying = usePaying();
  const [chosen, setChosen] = useState<string | null>(null);
  const [buying, setBuying] = useState(false);
  const [problem, setProblem] = useState<ProblemValue | null>(null);
  const pack = packs.find((one) => one.id === chosen) ?? packs[1] ?? packs[0] ?? null;
  const buy = async () => {
    if (pack === null || buying) return;
    setBuying(true);
    setProblem(null);
    const answer = await call('wallet.buy', { packId: pack.id, way: paying.way });
    setBuying(false);
    if (answer.ok) done({ credits: answer.value.credits, invoice: answer.value.invoice, inBrowser: answer.value.inBrowser });
    else setProblem(answer.error);
  };
  return (
    <>
      <RadioGroup.Root aria-label="Packs" className={styles.packs} value={pack?.id ?? ''} onValueChange={setChosen}>
        {packs.map((one) => (
          <PackCard key={one.id} pack={one} wallet={wallet} />
        ))}
      </RadioGroup.Root>
      {pack !== null && (
        <div className={styles.action}>
          <PayBy paying={paying} />
          <Button kind="primary" size="large" disabled={buying || !online} onClick={() => void buy()}>
            Buy {formatWithUnit(pack.credits, wallet.unit)} · {formatMoney(pack.price)} + VAT · {paying.words}
          </Button>
          <p className={styles.terms}>
            The credits{' '}
            {pack.validUntil === null ? (
              'do not expire'
            ) : (
              <>
                are valid until <DateText at={pack.validUntil} kind="date" />
              </>
            )}{' '}
            and are used only when everything else is gone. Discounts do not stack.
            {!wallet.offers.autoTopUp && ' Nothing is bought by itself.'}
          </p>
        </div>
      )}
      <div className={styles.notices}>
        {!online && <Notice level="warning">Offline. Buying waits for the network; nothing was ordered.</Notice>}
        {problem !== null && <Problem problem={problem} onRetry={() => void buy()} />}
      </div>
    </>
  );
}

function PackCard({ pack, wallet }: { pack: PackView; wallet: WalletView }) {
  return (
    <RadioGroup.Item
      value={pack.id}
      className={styles.pack}
      aria-label={`${formatWithUnit(pack.credits, wallet.unit)} for ${formatMoney(pack.price)}`}
    >
      <span className={styles.mark} aria-hidden="true" />
      <span className={styles.credits}>
        <Amount amount={pack.credits} unit={wallet.unit} />
        <span className={styles.saving}>{pack.discountPercent > 0 ? `${pack.discountPercent}% less per credit` : ''}</span>
      </span>
      <span className={styles.price}>{formatMoney(pack.price)}</span>
      <dl className={styles.facts}>
        <dt>Per credit</dt>
        <dd>{formatMoney(pack.pricePerCredit, true)}</dd>
        <dt>Valid until</dt>
        <dd>{pack.validUntil === null ? 'no end' : <DateText at={pack.validUntil} kind="date" />}</dd>
        <dt>Balance afterwards</dt>
        <dd>
          <Amount amount={pack.availableAfter} unit={wallet.unit} />
        </dd>
      </dl>
    </RadioGroup.Item>
  );
}

function Done({ bought, wallet, back, again }: { bought: Bought; wallet: WalletView; back: () => void; again: () => void }) {
  if (bought.inBrowser)
    return (
      <EmptyState
        title="Pay in your browser"
        actions={
          <>
            <Button onClick={again}>Choose again</Button>
            <Button kind="primary" onClick={back}>
              Continue
            </Button>
          </>
        }
      >
        The payment page is open. Nothing is charged before you pay there; {formatWithUnit(bought.credits, wallet.unit)} arrive as soon as
        it is paid. The balance is {formatWithUnit(wallet.available, wallet.unit)}.
      </EmptyState>
    );
  return (
    <EmptyState
      title={`${formatWithUnit(bought.credits, wallet.unit)} added`}
      actions={
        <>
          <Button onClick={again}>{wallet.offers.topUp ? 'Top up again' : 'Buy another pack'}</Button>
          {bought.invoice !== null && <Button onClick={() => goTo('invoices')}>Invoice {bought.invoice}</Button>}
          <Button kind="primary" onClick={back}>
            Continue
          </Button>
        </>
      }
    >
      The balance is now {formatWithUnit(wallet.available, wallet.unit)}.{' '}
      {bought.invoice !== null && (
        <>
          Invoice <span className={styles.number}>{bought.invoice}</span> is stored on this computer.
        </>
      )}
    </EmptyState>
  );
}
