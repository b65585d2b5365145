import { useLibrary } from '../../state/library.ts';
import { useWallet } from '../../state/wallet.ts';
import { Button } from '../../ui/controls/Button.tsx';
import { Notice } from '../../ui/feedback/Feedback.tsx';
import { count, formatWithUnit } from '../../ui/figures/amounts.ts';
import { Dialog } from '../../ui/layout/Dialog.tsx';
import { leaveAsItIs, makeAgain, useAgain } from './apply-anew.ts';

/** Asks before finished pictures are made and paid for anew, with the price. */
export function AgainDialog() {
  const { edits, quote } = useAgain();
  const first = useLibrary((state) => state.photos.get(edits[0]?.photoId ?? '')?.name);
  const unit = useWallet((state) => state.wallet?.unit);
  if (edits.length === 0) return null;
  const what = edits.length === 1 ? (first ?? '1 photo') : count(edits.length, 'photo');
  const refusal = quote === null ? null : quote.ok ? quote.value.refusal : quote.error;
  const price = quote?.ok === true && unit !== undefined ? formatWithUnit(quote.value.total, unit) : null;
  const uses = price === null ? 'The price is being asked for.' : `It uses ${price}; finished pictures stay among the versions.`;
  return (
    <Dialog
      open
      onClose={leaveAsItIs}
      title={`Apply again to ${what}?`}
      description={`Every picture is made and paid for anew, also one that is there already. ${uses}`}
      actions={
        <>
          <Button onClick={leaveAsItIs}>Leave as it is</Button>
          <Button disabled={price === null || refusal !== null} onClick={makeAgain}>
            {price === null ? 'Apply again' : `Apply again · ${price}`}
          </Button>
        </>
      }
    >
      {refusal === null ? null : (
        <Notice inline level="warning">
          {refusal.message}
        </Notice>
      )}
    </Dialog>
  );
}
