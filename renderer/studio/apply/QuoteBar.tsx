import { useEffect, useMemo } from 'react';
import type { Recipe } from '../../../shared/edit/recipe.ts';
import type { QuoteView } from '../../../shared/ipc/wallet.ts';
import { applicable, apply, askQuote, isPayable, pressApply, type QuoteState, quotedIn, useApplying } from '../../state/applying.ts';
import { useActiveRecipe, useEditing } from '../../state/editing.ts';
import { useLibrary } from '../../state/library.ts';
import { sameSettings } from '../../state/recipes.ts';
import { selectedInOrder, useSelection } from '../../state/selection.ts';
import { goTo } from '../../state/view.ts';
import { buyWord, useConnection, useWallet } from '../../state/wallet.ts';
import { count, formatAmount, formatWithUnit } from '../../ui/amounts.ts';
import { BucketPill } from '../../ui/Buckets.tsx';
import { Button } from '../../ui/Button.tsx';
import { asOfText } from '../../ui/dates.ts';
import { Notice } from '../../ui/Feedback.tsx';
import styles from './ApplyBar.module.css';

export function QuoteBar() {
  const recipe = useActiveRecipe();
  const selection = useSelection();
  const visible = useLibrary((state) => state.visible);
  const photos = useLibrary((state) => state.photos);
  const quote = useApplying((state) => state.quote);
  const sending = useApplying((state) => state.sending);
  const problem = useApplying((state) => state.problem);
  const connection = useConnection((state) => state.state);
  const ids = useMemo(() => applicable(selectedInOrder(selection, visible), (id) => photos.get(id)?.state), [selection, visible, photos]);
  useQuote(ids, recipe);
  const known = quotedIn(quote)?.quote ?? null;
  const offline = connection === 'offline';
  const ready = recipe?.background != null && !offline && !sending && isPayable(quote, ids);
  return (
    <>
      <div className={styles.what}>
        <Summary quote={quote} selected={selection.ids.size} usable={ids.length} recipe={recipe} />
        {problem !== null ? (
          <Notice inline level="problem">
            {problem.message}
          </Notice>
        ) : (
          <SecondLine quote={known} offline={offline} recipe={recipe} ids={ids} />
        )}
      </div>
      <div className={styles.actions}>
        <Remedies quote={known} offline={offline} />
        <Button kind="primary" size="large" shortcut="⏎" disabled={!ready} onClick={pressApply}>
          {sending ? 'Sending' : 'Apply changes'}
        </Button>
      </div>
    </>
  );
}

const QUOTE_AFTER_MS = 120;

/** Asks again whenever something changes that a quote depends on: the photos, the background and the logo. */
function useQuote(ids: readonly string[], recipe: Recipe | null): void {
  const key = ids.join();
  const what = recipe === null ? '' : JSON.stringify([recipe.background, recipe.logo?.fileId ?? null]);
  const seq = useWallet((state) => state.wallet?.seq);
  const versions = useLibrary((state) => ids.map((id) => state.photos.get(id)?.currentVersionId ?? '').join());
  // biome-ignore lint/correctness/useExhaustiveDependencies: the keys stand for the photos and the recipe; a moved slider asks nothing.
  useEffect(() => {
    if (recipe === null || recipe.background === null) {
      void askQuote([], recipe as Recipe); // with no photos the recipe is not looked at
      return;
    }
    const timer = setTimeout(() => void askQuote(ids, recipe), QUOTE_AFTER_MS);
    return () => clearTimeout(timer);
  }, [key, what, seq, versions]);
}

function Summary({ quote, selected, usable, recipe }: { quote: QuoteState; selected: number; usable: number; recipe: Recipe | null }) {
  const unit = useWallet((state) => state.wallet?.unit);
  const known = quotedIn(quote)?.quote ?? null;
  if (selected === 0) return <p className={styles.summary}>No photo selected</p>;
  if (recipe?.background == null) return <p className={styles.summary}>{count(selected, 'photo')} selected</p>;
  if (usable === 0)
    return (
      <p className={styles.summary}>{selected === 1 ? 'This photo cannot be applied now' : 'None of these photos can be applied now'}</p>
    );
  if (quote.status === 'failed')
    return (
      <Notice level="problem" inline>
        {quote.problem.message}
      </Notice>
    );
  if (known === null || unit === undefined) return <p className={styles.summary}>{count(usable, 'photo')}</p>;
  return (
    <p className={styles.summary} data-testid="quote" aria-live="polite">
      <strong>{count(known.photos, 'photo')}</strong>
      <span className={styles.dot}>·</span>
      <strong>{formatWithUnit(known.total, unit)}</strong>
      {known.slices.length > 0 && (
        <span className={styles.slices}>
          {known.slices.map((slice) => (
            <BucketPill key={slice.bucket} {...slice} unit={unit} />
          ))}
        </span>
      )}
      {known.refusal === null && (
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
  offline: boolean;
  recipe: Recipe | null;
  ids: readonly string[];
}

/** What stands in the way, what to know before, or that nothing has happened yet: the first that holds. */
function SecondLine({ quote, offline, recipe, ids }: SecondLineProps) {
  const shared = useSharedFrom(ids, recipe);
  const asOf = useWallet((state) => state.wallet?.asOf);
  if (offline)
    return (
      <Notice inline level="warning">
        Offline.{asOf === undefined ? '' : ` Wallet as of ${asOfText(new Date(asOf), new Date())}.`} Applying waits for the network; preview
        and history work.
      </Notice>
    );
  if (recipe?.background == null) {
    return (
      <p className={styles.note}>
        {recipe?.logo != null
          ? 'A logo needs a background; choose one at the right.'
          : 'Choose a background. Nothing is charged until you apply.'}
      </p>
    );
  }
  if (quote?.refusal != null)
    return (
      <Notice inline level="warning">
        {quote.refusal.message}
      </Notice>
    );
  const notices = [...(shared === null ? [] : [`The settings of ${shared} go to all ${ids.length} photos.`]), ...(quote?.notices ?? [])];
  if (notices.length > 0) return <Notice inline>{notices.join(' ')}</Notice>;
  return <p className={styles.note}>Nothing is charged until you apply. A photo that fails is not charged.</p>;
}

/** The active photo's name when the other photos would get settings that they do not have now. */
function useSharedFrom(ids: readonly string[], recipe: Recipe | null): string | null {
  const active = useSelection((state) => state.active);
  const photos = useLibrary((state) => state.photos);
  const drafts = useEditing((state) => state.drafts);
  return useMemo(() => {
    const photo = active === null ? undefined : photos.get(active);
    if (recipe === null || photo === undefined || ids.length < 2) return null;
    const differs = ids.some((id) => {
      const other = drafts.get(id) ?? photos.get(id)?.recipe ?? null;
      return other !== null && other.background !== null && !sameSettings(other, recipe);
    });
    return differs ? photo.name : null;
  }, [active, photos, drafts, ids, recipe]);
}

function Remedies({ quote, offline }: { quote: QuoteView | null; offline: boolean }) {
  const refusal = quote?.refusal ?? null;
  const buying = useWallet((state) => buyWord(state.wallet));
  if (offline || refusal === null || refusal.code !== 'insufficient_credit') return null;
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
