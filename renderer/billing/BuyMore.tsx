import { ArrowLeft } from 'lucide-react';
import { RadioGroup } from 'radix-ui';
import { useState } from 'react';
import type { PackView, WalletView } from '../../shared/ipc/wallet.ts';
import type { Problem as ProblemValue } from '../../shared/result.ts';
import { call } from '../bridge.ts';
import { useAsked } from '../state/use-asked.ts';
import { goTo, useView } from '../state/view.ts';
import { buyLabel, useConnection, useWallet, writeToSupport } from '../state/wallet.ts';
import { Button } from '../ui/controls/Button.tsx';
import { EmptyState, Notice, Problem, Skeleton } from '../ui/feedback/Feedback.tsx';
import { Amount, DateText } from '../ui/figures/Amount.tsx';
import { formatMoney, formatWithUnit } from '../ui/figures/amounts.ts';
import { Page } from '../ui/layout/Page.tsx';
import { AutoTopUp } from './AutoTopUp.tsx';
import { useDetailsDialog } from './BillingDetails.tsx';
import buying from './Buying.module.css';
import styles from './BuyMore.module.css';
import type { Bought } from './bought.ts';
import { CheckoutNotice } from './CheckoutNotice.tsx';
import { useManagePayment } from './ManagePayment.tsx';
import { Blocked, OrderProblem } from './OrderProblem.tsx';
import { PayBy, usePaying } from './PayBy.tsx';
import { priceText, TaxLine, useTaxed } from './Tax.tsx';
import { TopUp } from './TopUp.tsx';

/** Packs or an amount, as the policy sells; one button that says everything, billed by invoice (ST-15). */
export function BuyMore() {
  const wallet = useWallet((state) => state.wallet);
  const online = useConnection((state) => state.state === 'online');
  const cameFrom = useView((state) => state.cameFrom);
  const packs = useAsked('wallet.packs', undefined, `${wallet?.seq ?? 0} ${online}`);
  const [bought, setBought] = useState<Bought | null>(null);
  const managing = useManagePayment();
  const back = cameFrom === null || cameFrom === 'buy' ? 'studio' : cameFrom;

  return (
    <Page
      title={buyLabel(wallet)}
      wide
      actions={
        <>
          {managing.button}
          <Button kind="quiet" onClick={writeToSupport}>
            Ask support
          </Button>
          <Button kind="quiet" icon={<ArrowLeft size={14} strokeWidth={1.75} />} onClick={() => goTo(back)}>
            Back to {back}
          </Button>
        </>
      }
    >
      {managing.failed !== null && <Problem problem={managing.failed} />}
      {bought === null && <CheckoutNotice what="purchase" />}
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
  const [chosen, setChosen] = useState<string | null>(null);
  const pack = packs.find((one) => one.id === chosen) ?? packs[1] ?? packs[0] ?? null;
  return (
    <>
      <RadioGroup.Root aria-label="Packs" className={styles.packs} value={pack?.id ?? ''} onValueChange={setChosen}>
        {packs.map((one) => (
          <PackCard key={one.id} pack={one} wallet={wallet} />
        ))}
      </RadioGroup.Root>
      {pack !== null && <Order pack={pack} wallet={wallet} online={online} done={done} />}
    </>
  );
}

interface OrderProps {
  pack: PackView;
  wallet: WalletView;
  online: boolean;
  done: (bought: Bought) => void;
}

/** One button that says everything, and under it what it comes to with tax. */
function Order({ pack, wallet, online, done }: OrderProps) {
  const paying = usePaying();
  const taxed = useTaxed(pack.price, paying.way);
  const details = useDetailsDialog();
  const [sending, setSending] = useState(false);
  const [problem, setProblem] = useState<ProblemValue | null>(null);
  const buy = async () => {
    if (sending) return;
    setSending(true);
    setProblem(null);
    const answer = await call('wallet.buy', { packId: pack.id, way: paying.way, keepMethod: paying.keeping?.on ?? false });
    setSending(false);
    if (answer.ok) done({ credits: answer.value.credits, invoice: answer.value.invoice, inBrowser: answer.value.inBrowser });
    else setProblem(answer.error);
  };
  return (
    <>
      <div className={buying.action}>
        <PayBy paying={paying} />
        <Button
          kind="primary"
          size="large"
          disabled={sending || !online || paying.blocked !== null || taxed.kind === 'unknown country'}
          onClick={() => void buy()}
        >
          Buy {formatWithUnit(pack.credits, wallet.unit)} · {priceText(pack.price, taxed)} · {paying.phrase}
        </Button>
        <TaxLine taxed={taxed} editDetails={details.edit} />
        <p className={buying.terms}>
          The credits{' '}
          {pack.validUntil === null ? (
            'do not expire'
          ) : (
            <>
              are valid until <DateText at={pack.validUntil} kind="date" />
            </>
          )}{' '}
          and are used only when everything else is gone.{wallet.offers.oneDiscount && ' Discounts do not stack.'}
          {!wallet.offers.autoTopUp && ' Nothing is bought by itself.'}
        </p>
      </div>
      <div className={buying.notices}>
        {!online && <Notice level="warning">Offline. Buying waits for the network.</Notice>}
        {paying.blocked !== null && <Blocked why={paying.blocked} />}
        {problem !== null && <OrderProblem problem={problem} onRetry={() => void buy()} />}
      </div>
      {details.dialog}
    </>
  );
}

/** "18% off for the size and 20% off with your plan Max": why it is not the list price. */
const discountText = ({ discounts }: PackView): string =>
  discounts
    .map(({ percent, because, plan }) => `${percent}% off ${because === 'plan' ? `with ${plan ?? 'your plan'}` : 'for the size'}`)
    .join(' and ');

function PackCard({ pack, wallet }: { pack: PackView; wallet: WalletView }) {
  const why = discountText(pack);
  const label = `${formatWithUnit(pack.credits, wallet.unit)} for ${formatMoney(pack.price)}`;
  return (
    <RadioGroup.Item
      value={pack.id}
      className={styles.pack}
      aria-label={pack.discounts.length === 0 ? label : `${label} instead of ${formatMoney(pack.listPrice)}, ${why}`}
    >
      <span className={styles.mark} aria-hidden="true" />
      <span className={styles.credits}>
        <Amount amount={pack.credits} unit={wallet.unit} />
        <span className={styles.saving}>{why}</span>
      </span>
      <span className={styles.price}>
        {formatMoney(pack.price)}
        {pack.discounts.length > 0 && <s className={styles.list}>{formatMoney(pack.listPrice)}</s>}
      </span>
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

interface DoneProps {
  bought: Bought;
  wallet: WalletView;
  back: () => void;
  again: () => void;
}

function Done({ bought, wallet, back, again }: DoneProps) {
  return bought.inBrowser ? (
    <InBrowser bought={bought} wallet={wallet} back={back} again={again} />
  ) : (
    <Added bought={bought} wallet={wallet} back={back} again={again} />
  );
}

/** What the payment in the browser has come to so far: the server says, here it is only shown. */
function InBrowser({ bought, wallet, back, again }: DoneProps) {
  const { checkout } = wallet;
  if (checkout?.state === 'paid') {
    const seen = (next: () => void) => () => {
      void call('wallet.dismissCheckout', { opId: checkout.opId });
      next();
    };
    return <Added bought={bought} wallet={wallet} back={seen(back)} again={seen(again)} note={checkout.message} />;
  }
  const over = checkout !== null && checkout.state !== 'open';
  return (
    <>
      {over && <CheckoutNotice what="purchase" />}
      <EmptyState
        title={over ? 'Not paid' : 'Pay in your browser'}
        actions={
          <>
            <Button onClick={again}>Choose again</Button>
            <Button kind={over ? 'plain' : 'primary'} onClick={back}>
              Continue
            </Button>
          </>
        }
      >
        {over ? 'Nothing arrived.' : 'The payment page is open. Nothing is charged before you pay there;'}{' '}
        {!over && <>{formatWithUnit(bought.credits, wallet.unit)} arrive as soon as it is paid. </>}
        The balance is {formatWithUnit(wallet.available, wallet.unit)}.
      </EmptyState>
    </>
  );
}

function Added({ bought, wallet, back, again, note }: DoneProps & { note?: string }) {
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
      {note} The balance is now {formatWithUnit(wallet.available, wallet.unit)}.{' '}
      {bought.invoice !== null && (
        <>
          Invoice <span className={styles.number}>{bought.invoice}</span> is stored on this computer.
        </>
      )}
    </EmptyState>
  );
}
