import { useState } from 'react';
import type { AutoTopUpChoice, AutoTopUpView } from '../../shared/ipc/billing.ts';
import type { PackView, WalletView } from '../../shared/ipc/wallet.ts';
import type { Problem as ProblemValue } from '../../shared/result.ts';
import { call } from '../bridge.ts';
import { useAsked } from '../state/use-asked.ts';
import { Button } from '../ui/controls/Button.tsx';
import { Select } from '../ui/controls/Select.tsx';
import { TextField } from '../ui/controls/TextField.tsx';
import { Notice, Problem } from '../ui/feedback/Feedback.tsx';
import { say } from '../ui/feedback/Toast.tsx';
import { formatMoney, formatWithUnit, isCurrency } from '../ui/figures/amounts.ts';
import { PageSection } from '../ui/layout/Page.tsx';
import { useManagePayment } from './ManagePayment.tsx';
import styles from './TopUp.module.css';

interface AutoTopUpProps {
  wallet: WalletView;
  online: boolean;
  packs: readonly PackView[];
}

/** Off until somebody switches it on, with a limit for each month; only where the policy knows it at all (ST-11 does not). */
export function AutoTopUp({ wallet, online, packs }: AutoTopUpProps) {
  const { value, again } = useAsked('wallet.autoTopUp', undefined, wallet.asOf);
  const managing = useManagePayment({ kind: 'plain', size: 'small' });
  const [editing, setEditing] = useState(false);
  const [failed, setFailed] = useState<ProblemValue | null>(null);
  if (value === null) return null;
  const set = async (settings: AutoTopUpChoice | null) => {
    const answer = await call('wallet.setAutoTopUp', { settings });
    setFailed(answer.ok ? null : answer.error);
    if (!answer.ok) return;
    setEditing(false);
    again();
    say(settings === null ? 'Automatic top-up is off' : 'Automatic top-up is on');
  };
  const { settings } = value;
  const actions =
    settings === null ? (
      !editing && (
        <Button size="small" disabled={!online} onClick={() => setEditing(true)}>
          Set up
        </Button>
      )
    ) : (
      <Button size="small" disabled={!online} onClick={() => void set(null)}>
        Switch off
      </Button>
    );
  return (
    <PageSection title="Automatic top-up" aside={actions}>
      {settings === null ? (
        <p className={styles.state}>Off. Nothing is bought by itself.</p>
      ) : (
        <p className={styles.state}>
          On. Below {formatWithUnit(settings.below, wallet.unit)}, {boughtText(settings, packs, wallet)} is bought{' '}
          {value.through === null ? 'by invoice' : `from the payment method kept at ${value.through}`}; at most{' '}
          {formatMoney(settings.monthlyCap)} in a month.
        </p>
      )}
      {editing && settings === null && (
        <Form
          wallet={wallet}
          packs={packs}
          cap={value.defaultCap}
          onSave={(choice) => void set(choice)}
          onCancel={() => setEditing(false)}
        />
      )}
      {value.charge !== null && (
        <Notice level={value.charge.declined ? 'warning' : 'info'} actions={value.charge.declined ? managing.button : null}>
          {value.charge.message}
        </Notice>
      )}
      {managing.failed !== null && <Problem problem={managing.failed} />}
      {failed !== null && <Problem problem={failed} />}
    </PageSection>
  );
}

function boughtText(settings: AutoTopUpChoice, packs: readonly PackView[], { unit }: WalletView): string {
  if (settings.amount !== null) return formatWithUnit(settings.amount, unit);
  const pack = packs.find(({ id }) => id === settings.packId);
  return pack === undefined ? 'a pack' : formatWithUnit(pack.credits, unit);
}

interface FormProps {
  wallet: WalletView;
  packs: readonly PackView[];
  cap: AutoTopUpView['defaultCap'];
  onSave: (choice: AutoTopUpChoice) => void;
  onCancel: () => void;
}

const isAmount = (text: string): boolean => /^\d{1,15}([.,]\d{1,4})?$/.test(text.trim()) && !/^0*([.,]0*)?$/.test(text.trim());

function Form({ wallet, packs, cap, onSave, onCancel }: FormProps) {
  const money = isCurrency(wallet.unit);
  const [below, setBelow] = useState(money ? '1.00' : '20');
  const [amount, setAmount] = useState('10.00');
  const [packId, setPackId] = useState(packs[0]?.id ?? '');
  const [most, setMost] = useState(cap.amount);
  const byAmount = wallet.offers.topUp;
  const valid = isAmount(below) && isAmount(most) && (byAmount ? isAmount(amount) : packId !== '');
  const save = () =>
    onSave({
      below: below.trim(),
      packId: byAmount ? null : packId,
      amount: byAmount ? amount.trim() : null,
      monthlyCap: { amount: most.trim(), currency: cap.currency },
    });
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (valid) save();
      }}
    >
      <TextField
        label="When less than"
        numeric
        value={below}
        onChange={setBelow}
        {...(money ? { prefix: wallet.unit.code } : { suffix: 'credits' })}
        invalid={!isAmount(below)}
      />
      {byAmount ? (
        <TextField label="buy" numeric prefix={wallet.unit.code} value={amount} onChange={setAmount} invalid={!isAmount(amount)} />
      ) : (
        <span className={styles.labelled}>
          <span className={styles.label} aria-hidden="true">
            buy
          </span>
          <Select
            label="Pack to buy"
            value={packId}
            options={packs.map((pack) => ({
              value: pack.id,
              label: `${formatWithUnit(pack.credits, wallet.unit)}, ${formatMoney(pack.price)}`,
            }))}
            onChange={setPackId}
          />
        </span>
      )}
      <TextField label="at most in a month" numeric prefix={cap.currency} value={most} onChange={setMost} invalid={!isAmount(most)} />
      <span>
        <Button type="submit" disabled={!valid}>
          Switch on
        </Button>{' '}
        <Button kind="quiet" onClick={onCancel}>
          Leave it off
        </Button>
      </span>
      <p className={styles.hint}>Charged to the payment method that is kept at the provider; without one, billed by invoice.</p>
    </form>
  );
}
