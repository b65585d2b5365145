import { useEffect } from 'react';
import { hasCode } from '../../../shared/codes/server-codes.ts';
import type { QuoteView } from '../../../shared/ipc/wallet.ts';
import { useWish, type Wish } from '../../state/appliable.ts';
import { apply, askQuote, pressApply, type QuoteState, quoteAbout, quotedIn, useApplying, useMayApply } from '../../state/applying.ts';
import { giveSettings, useActiveRecipe } from '../../state/editing.ts';
import { useLibrary } from '../../state/library.ts';
import { hintsIn, usePreviews } from '../../state/previews.ts';
import { useSelection } from '../../state/selection.ts';
import { goTo } from '../../state/view.ts';
import { buyLabel, useConnection, useWallet } from '../../state/wallet.ts';
import { Button } from '../../ui/controls/Button.tsx';
import { Notice } from '../../ui/feedback/Feedback.tsx';
import { useAccountZone } from '../../ui/figures/Amount.tsx';
import { count, formatAmount, formatWithUnit } from '../../ui/figures/amounts.ts';
import { BucketPill } from '../../ui/figures/Buckets.tsx';
import { asOfText } from '../../ui/figures/dates.ts';
import styles from './ApplyBar.module.css';
import { askAgain } from './apply-anew.ts';
import { type BarFacts, barredSentence, factsOf, hintSentence, leftOutSentences, whatIsApplied } from './bar-sentences.ts';

/** The bar before Apply: what it would cost, what to know first, and the button. */
export function QuoteBar() {
  const wish = useWish();
  const selected = useSelection((state) => state.ids.size);
  const quote = useApplying((state) => state.quote);
  const sending = useApplying((state) => state.sending);
  const problem = useApplying((state) => state.problem);
  const offline = useConnection((state) => state.state === 'offline');
  const ready = useMayApply();
  useQuote(wish);
  const known = wish.edits.length === 0 ? null : (quotedIn(quote)?.quote ?? null);
  const about = quoteAbout(quote, wish.edits);
  const nothingNew = about !== null && about.photos === 0 && about.made.length > 0;
  return (
    <div className={styles.row}>
      <div className={styles.what}>
        <Summary quote={quote} known={known} selected={selected} wish={wish} />
        {problem !== null ? (
          <Notice inline level="problem">
            {problem.message}
          </Notice>
        ) : (
          <SecondLine quote={known} about={about} offline={offline} selected={selected} wish={wish} />
        )}
      </div>
      <div className={styles.actions}>
        <Share bare={wish.bare.length} selected={selected} />
        <Remedies quote={known} offline={offline} />
        {nothingNew && !offline && (
          <Button size="large" onClick={() => void askAgain()}>
            Apply again…
          </Button>
        )}
        <Button kind="primary" size="large" shortcut="⏎" disabled={!ready} onClick={pressApply}>
          {sending ? 'Sending' : 'Apply changes'}
        </Button>
      </div>
    </div>
  );
}

const QUOTE_AFTER_MS = 120;

/** Asks again whenever something changes that a quote depends on: the photos, a recipe, the wallet, a picture that is shown. */
function useQuote({ edits }: Wish): void {
  const seq = useWallet((state) => state.wallet?.seq);
  const versions = useLibrary((state) => edits.map(({ photoId }) => state.photos.get(photoId)?.currentVersionId ?? '').join());
  // biome-ignore lint/correctness/useExhaustiveDependencies: the wallet and the shown pictures make an answer stale without being asked about.
  useEffect(() => {
    if (edits.length === 0) {
      void askQuote([]);
      return;
    }
    const timer = setTimeout(() => void askQuote(edits), QUOTE_AFTER_MS);
    return () => clearTimeout(timer);
  }, [edits, seq, versions]);
}

interface SummaryProps {
  quote: QuoteState;
  known: QuoteView | null;
  selected: number;
  wish: Wish;
}

function Summary({ quote, known, selected, wish }: SummaryProps) {
  const unit = useWallet((state) => state.wallet?.unit);
  if (selected === 0) return <p className={styles.summary}>No photo selected</p>;
  if (wish.edits.length === 0 && wish.bare.length === 0)
    return (
      <p className={styles.summary}>{selected === 1 ? 'This photo cannot be applied now' : 'None of these photos can be applied now'}</p>
    );
  if (wish.edits.length === 0) return <p className={styles.summary}>{count(selected, 'photo')} selected</p>;
  if (quote.status === 'failed')
    return (
      <Notice level="problem" inline>
        {quote.problem.message}
      </Notice>
    );
  if (known === null || unit === undefined) return <p className={styles.summary}>{count(wish.edits.length, 'photo')}</p>;
  // Until the new answer is there, the last one stands for the photos that it was about.
  const facts =
    quoteAbout(quote, wish.edits) === null
      ? factsOf(known.photos + known.made.length, 0, known)
      : factsOf(selected, wish.bare.length, known);
  return (
    <p className={styles.summary} data-testid="quote" aria-live="polite">
      <strong>{whatIsApplied(facts)}</strong>
      {facts.fresh + facts.back > 0 && (
        <>
          <span className={styles.dot}>·</span>
          <strong>{facts.fresh === 0 ? 'free' : formatWithUnit(known.total, unit)}</strong>
        </>
      )}
      {known.slices.length > 0 && (
        <span className={styles.slices}>
          {known.slices.map((slice) => (
            <BucketPill key={slice.bucket} {...slice} unit={unit} />
          ))}
        </span>
      )}
      {known.refusal === null && facts.fresh > 0 && (
        <>
          <span className={styles.dot}>·</span>
          <span className={styles.left}>{formatAmount(known.availableAfter, unit)} left</span>
        </>
      )}
    </p>
  );
}

interface SecondLineProps {
  quote: QuoteView | null;
  /** The same when it is about what is selected now. */
  about: QuoteView | null;
  offline: boolean;
  selected: number;
  wish: Wish;
}

/** What stands in the way, what to know before, or that nothing has happened yet: the first that holds. */
function SecondLine({ quote, about, offline, selected, wish }: SecondLineProps) {
  const logoAlone = useActiveRecipe()?.logo != null;
  const asOf = useWallet((state) => state.wallet?.asOf);
  const zone = useAccountZone();
  const hint = usePreviews(({ previews }) => hintSentence(wish.edits.map(({ photoId }) => hintsIn(previews, photoId)[0] ?? null)));
  if (offline)
    return (
      <Notice inline level="warning">
        Offline.{asOf === undefined ? '' : ` Wallet as of ${asOfText(new Date(asOf), new Date(), zone)}.`} Applying waits for the network;
        preview and history work.
      </Notice>
    );
  if (selected > 0 && wish.edits.length === 0 && wish.bare.length === 0) return <p className={styles.note}>{barredSentence(selected)}</p>;
  if (wish.edits.length === 0) {
    return (
      <p className={styles.note}>
        {logoAlone ? 'A logo needs a background; choose one at the right.' : 'Choose a background. Nothing is charged until you apply.'}
      </p>
    );
  }
  if (quote?.refusal != null)
    return (
      <Notice inline level="warning">
        {quote.refusal.message}
      </Notice>
    );
  const facts: BarFacts =
    about === null
      ? { selected, bare: wish.bare.length, barred: 0, fresh: 0, done: 0, back: 0 }
      : factsOf(selected, wish.bare.length, about);
  const notices = [...leftOutSentences(facts), ...(quote?.notices ?? []), ...(hint === null ? [] : [hint])];
  if (notices.length > 0) return <Notice inline>{notices.join(' ')}</Notice>;
  return <p className={styles.note}>Nothing is charged until you apply. A photo that fails is not charged.</p>;
}

/** Photos without a background get the settings of the one on the canvas only when that is asked for. */
function Share({ bare, selected }: { bare: number; selected: number }) {
  const hasBackground = useActiveRecipe()?.background != null;
  if (bare === 0 || selected < 2 || !hasBackground) return null;
  return (
    <Button size="large" onClick={giveSettings}>
      {`Give these settings to all ${selected}`}
    </Button>
  );
}

function Remedies({ quote, offline }: { quote: QuoteView | null; offline: boolean }) {
  const refusal = quote?.refusal ?? null;
  const buying = useWallet((state) => buyLabel(state.wallet));
  if (offline || refusal === null || !hasCode(refusal, 'insufficient_credit')) return null;
  const { affordable = 0 } = refusal;
  return (
    <>
      {affordable > 0 && (
        <Button size="large" onClick={() => void apply(affordable)}>
          {affordable === 1 ? 'Apply to the first one' : `Apply to the first ${affordable}`}
        </Button>
      )}
      <Button size="large" onClick={() => goTo('buy')}>
        {buying}
      </Button>
    </>
  );
}
