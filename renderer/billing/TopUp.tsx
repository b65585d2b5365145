import { RadioGroup } from 'radix-ui';
import { useState } from 'react';
import type { TopUpQuote, TopUpTerms } from '../../shared/ipc/billing.ts';
import type { WalletView } from '../../shared/ipc/wallet.ts';
import type { Problem as ProblemValue } from '../../shared/result.ts';
import { call } from '../bridge.ts';
import { useAsked } from '../state/use-asked.ts';
import { Button } from '../ui/controls/Button.tsx';
import { TextField } from '../ui/controls/TextField.tsx';
import { Notice, Problem, Skeleton } from '../ui/feedback/Feedback.tsx';
import { DateText } from '../ui/figures/Amount.tsx';
import { formatMoney, formatWithUnit } from '../ui/figures/amounts.ts';
import { useDetailsDialog } from './BillingDetails.tsx';
import buying from './Buying.module.css';
import type { Bought } from './bought.ts';
import { Blocked, OrderProblem } from './OrderProblem.tsx';
import { PayBy, usePaying } from './PayBy.tsx';
import { priceText, TaxLine, useTaxed } from './Tax.tsx';
import styles from './TopUp.module.css';

interface TopUpProps {
  wallet: WalletView;
  online: boolean;
  done: (bought: Bought) => void;
}

/** Any amount from the least on (PG-02): what is paid, what the balance is then and until when, before anything is ordered. */
export function TopUp({ wallet, online, done }: TopUpProps) {
  const { value: terms, problem, again } = useAsked('wallet.topUpTerms', undefined, wallet.seq);
  if (problem !== null && terms === null) return <Problem problem={problem} onRetry={again} />;
  return terms === null ? <Skeleton lines={4} height={40} /> : <Amounts terms={terms} wallet={wallet} online={online} done={done} />;
}

function Amounts({ terms, wallet, online, done }: TopUpProps & { terms: TopUpTerms }) {
  const [typed, setTyped] = useState(money(terms.suggested[1] ?? terms.minimum));
  const paying = usePaying();
  // On account, the older balance moves when the money has come (PG-12).
  const byInvoice = paying.way === 'invoice';
  const [sending, setSending] = useState(false);
  const [failed, setFailed] = useState<ProblemValue | null>(null);
  const { value: quote } = useAsked('wallet.topUpQuote', { amount: typed }, wallet.seq);
  const refused = quote?.refusal ?? null;
  const taxed = useTaxed(quote?.price ?? { amount: '0.00', currency: terms.currency }, paying.way);
  const details = useDetailsDialog();
  const ready = quote !== null && refused === null;
  const buy = async () => {
    if (sending) return;
    setSending(true);
    const answer = await call('wallet.topUp', { amount: typed, way: paying.way, keepMethod: paying.keeping?.on ?? false });
    setSending(false);
    if (!answer.ok) return setFailed(answer.error);
    done({ credits: quote?.amount ?? typed, invoice: answer.value.invoice, inBrowser: answer.value.inBrowser });
  };
  return (
    <>
      <div className={styles.amounts}>
        <RadioGroup.Root aria-label="Amounts" className={styles.cards} value={typed} onValueChange={setTyped}>
          {terms.suggested.map((amount) => (
            <RadioGroup.Item key={amount} value={money(amount)} className={styles.card}>
              {formatMoney({ amount: money(amount), currency: terms.currency })}
            </RadioGroup.Item>
          ))}
        </RadioGroup.Root>
        <div className={styles.own}>
          <TextField label="Another amount" prefix={terms.currency} numeric invalid={refused !== null} value={typed} onChange={setTyped} />
        </div>
      </div>
      {quote !== null && <Facts quote={quote} wallet={wallet} byInvoice={byInvoice} />}
      <div className={buying.action}>
        <PayBy paying={paying} />
        <Button
          kind="primary"
          size="large"
          disabled={!online || sending || !ready || paying.blocked !== null || taxed.kind === 'unknown country'}
          onClick={() => void buy()}
        >
          {ready ? `Top up ${priceText(quote.price, taxed)} · ${paying.phrase}` : 'Top up'}
        </Button>
        {ready && <TaxLine taxed={taxed} editDetails={details.edit} />}
        <p className={buying.terms}>
          From {formatMoney({ amount: money(terms.minimum), currency: terms.currency })} to{' '}
          {formatMoney({ amount: money(terms.maximum), currency: terms.currency })}, without a surcharge or a discount.{' '}
          {terms.validUntil !== null && `Each top-up extends the whole balance${byInvoice ? ' once its invoice is paid' : ''}.`}
        </p>
      </div>
      <div className={buying.notices}>
        {refused !== null && <Notice level="warning">{refused}</Notice>}
        {!online && <Notice level="warning">Offline. Topping up waits for the network.</Notice>}
        {paying.blocked !== null && <Blocked why={paying.blocked} />}
        {failed !== null && <OrderProblem problem={failed} onRetry={() => void buy()} />}
      </div>
      {details.dialog}
    </>
  );
}

/** "5.0000" is paid as "5.00": payments are whole cents. */
const money = (amount: string): string => amount.replace(/(\.\d\d)\d*$/, '$1');

function Facts({ quote, wallet, byInvoice }: { quote: TopUpQuote; wallet: WalletView; byInvoice: boolean }) {
  return (
    <dl className={styles.facts}>
      <dt>Balance now</dt>
      <dd>{formatWithUnit(wallet.available, wallet.unit)}</dd>
      <dt>Balance afterwards</dt>
      <dd className={styles.strong}>{formatWithUnit(quote.availableAfter, wallet.unit)}</dd>
      <dt>{byInvoice ? 'The top-up valid until' : 'All of it valid until'}</dt>
      <dd>{quote.validUntil === null ? 'no end' : <DateText at={quote.validUntil} kind="date" />}</dd>
    </dl>
  );
}
