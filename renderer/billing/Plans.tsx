import { useState } from 'react';
import type { PlanCard as PlanCardValue, PlansView } from '../../shared/ipc/billing.ts';
import type { WalletView } from '../../shared/ipc/wallet.ts';
import { useAsked } from '../state/use-asked.ts';
import { useConnection, useWallet, writeToSupport } from '../state/wallet.ts';
import { Button } from '../ui/controls/Button.tsx';
import { Segmented } from '../ui/controls/Segmented.tsx';
import { Notice, Problem, Skeleton } from '../ui/feedback/Feedback.tsx';
import { DateText } from '../ui/figures/Amount.tsx';
import { formatMoney, isZero } from '../ui/figures/amounts.ts';
import { Page } from '../ui/layout/Page.tsx';
import { CheckoutNotice } from './CheckoutNotice.tsx';
import { useManagePayment } from './ManagePayment.tsx';
import { PlanChange } from './PlanChange.tsx';
import styles from './Plans.module.css';
import { type Choice, choiceOf, type Interval, ways } from './planning.ts';

const intervals = [
  { value: 'month', label: 'Monthly' },
  { value: 'year', label: 'Yearly' },
] as const;

/** The plans of the policy, the running one marked; a change is shown with all that it brings before it is made (GS-12..GS-15). */
export function Plans() {
  const wallet = useWallet((state) => state.wallet);
  const online = useConnection((state) => state.state === 'online');
  const { value: plans, problem, again } = useAsked('wallet.plans', undefined, `${wallet?.seq ?? 0} ${online}`);
  const [picked, setPicked] = useState<Interval | null>(null);
  const [choice, setChoice] = useState<Choice | null>(null);
  const interval = picked ?? plans?.interval ?? 'month';
  return (
    <Page
      title="Plans"
      wide
      actions={
        <>
          <Button kind="quiet" onClick={writeToSupport}>
            Ask support
          </Button>
          {plans?.yearly === true && (
            <Segmented label="Billing" wide={false} value={interval} options={intervals} onChange={(next) => setPicked(next)} />
          )}
        </>
      }
    >
      {problem !== null && plans === null ? (
        <Problem problem={problem} onRetry={again} />
      ) : plans === null || wallet === null ? (
        <Skeleton lines={4} height={40} label="Loading the plans" />
      ) : (
        <>
          <CheckoutNotice what="plan" />
          <Standing plans={plans} wallet={wallet} online={online} choose={setChoice} />
          <ul className={styles.cards} aria-label="Plans" style={{ '--columns': plans.list.length }}>
            {plans.list.map((card) => (
              <Card
                key={card.id}
                card={card}
                interval={interval}
                online={online}
                choice={choiceOf(card, interval, plans, wallet.plan)}
                choose={setChoice}
              />
            ))}
          </ul>
          <p className={styles.terms}>
            {plans.sold
              ? 'Prices without VAT. An upgrade begins a new period at once, and what is unused of the one before is credited; a smaller plan begins with the next renewal. Nothing changes before you confirm it.'
              : 'Plans are part of your contract. To change yours, write to support.'}
          </p>
          {!online && plans.sold && (
            <div className={styles.notices}>
              <Notice level="warning">Offline. Changing the plan waits for the network.</Notice>
            </div>
          )}
          {choice !== null && <PlanChange choice={choice} wallet={wallet} onClose={() => setChoice(null)} />}
        </>
      )}
    </Page>
  );
}

interface StandingProps {
  plans: PlansView;
  wallet: WalletView;
  online: boolean;
  choose: (choice: Choice) => void;
}

/** The plan as it is: what comes next and when, what is unpaid, and the ways out of it. */
function Standing({ plans, wallet, online, choose }: StandingProps) {
  const { plan } = wallet;
  const card = plans.list.find(({ id }) => id === plan?.id) ?? null;
  const managing = useManagePayment(plan?.dunning == null ? { kind: 'quiet' } : { kind: 'plain', size: 'small' });
  return (
    <section aria-label="Your plan" className={styles.standing}>
      <div className={styles.now}>
        <p className={styles.name}>{plan?.label ?? 'No plan'}</p>
        <p className={styles.state}>
          {plan === null ? 'Nothing renews, nothing is charged by itself.' : <State plan={plan} card={card} />}
        </p>
        {wallet.carried !== undefined && (
          <p className={styles.state}>
            {formatMoney(wallet.carried)} of an earlier plan is kept for you. The next bills use it up; what is left when the plan ends is
            given back.
          </p>
        )}
      </div>
      <div className={styles.ways}>
        {plan?.dunning == null && managing.button}
        {plans.sold &&
          ways(plan, card).map((way) => (
            <Button key={way.label} kind="quiet" disabled={!online} onClick={() => choose(way)}>
              {way.label}
            </Button>
          ))}
      </div>
      {plan?.dunning != null && (
        <div className={styles.dunning}>
          <Notice
            level={plan.dunning.ended ? 'problem' : 'warning'}
            actions={
              <>
                {managing.button}
                <Button size="small" kind="quiet" onClick={writeToSupport}>
                  Ask support
                </Button>
              </>
            }
          >
            {plan.dunning.message}
          </Notice>
        </div>
      )}
      {managing.failed !== null && (
        <div className={styles.dunning}>
          <Problem problem={managing.failed} />
        </div>
      )}
    </section>
  );
}

function State({ plan, card }: { plan: NonNullable<WalletView['plan']>; card: PlanCardValue | null }) {
  const end = <DateText at={plan.periodEnd} />;
  const price = plan.interval === 'year' ? card?.year : card?.month;
  switch (plan.status) {
    case 'cancelling':
      return <>Cancelled. Everything stays until it ends {end}; nothing is charged any more.</>;
    case 'pausing':
      return <>Pauses {end}. Until then everything stays; while it pauses nothing is charged.</>;
    case 'paused':
      return <>Paused. Nothing is charged and no credit arrives until you restart it.</>;
    case 'ended':
      return <>Ended. What is left of the credit stays in the wallet as long as it is valid.</>;
    case 'active':
      if (plan.next !== null)
        return (
          <>
            Changes to {plan.next} {end}
            {plan.nextBill === undefined ? '' : ` for ${formatMoney(plan.nextBill)}`}. Until then everything stays.
          </>
        );
      if (price == null) return <>{plan.allowance}</>;
      if (isZero(price.amount)) return <>{plan.allowance}, free of charge.</>;
      return (
        <>
          {plan.allowance}. Renews for {formatMoney(plan.nextBill ?? price)} {end}.
        </>
      );
  }
}

interface CardProps {
  card: PlanCardValue;
  interval: Interval;
  online: boolean;
  choice: Choice | null;
  choose: (choice: Choice) => void;
}

function Card({ card, interval, online, choice, choose }: CardProps) {
  const price = interval === 'year' ? (card.yearByMonth ?? card.month) : card.month;
  const yearly = interval === 'year' && card.year !== null && !isZero(card.year.amount);
  return (
    <li className={styles.card} aria-label={card.label} data-current={card.step === 'current' || undefined}>
      <p className={styles.cardHead}>
        <span className={styles.cardName}>{card.label}</span>
        {card.step === 'current' && <span className={styles.mark}>your plan</span>}
      </p>
      {price !== null && (
        <p className={styles.price}>
          {formatMoney(price)}
          <span className={styles.per}> a month</span>
        </p>
      )}
      {price !== null && (
        <p className={styles.billed}>
          {yearly && card.year !== null
            ? `${formatMoney(card.year)} a year${card.yearSavingPercent > 0 ? `, ${card.yearSavingPercent}% less` : ''}`
            : isZero(price.amount)
              ? ' '
              : 'billed each month'}
        </p>
      )}
      <ul className={styles.features}>
        <li className={styles.allowance}>{card.allowance}</li>
        {card.features.map((feature) => (
          <li key={feature}>{feature}</li>
        ))}
      </ul>
      {choice !== null && (
        <Button className={styles.choose ?? ''} disabled={!online} onClick={() => choose(choice)}>
          {choice.label}
        </Button>
      )}
    </li>
  );
}
