/** Connects the stores to the main process: listens first, then asks, so that nothing falls in between. */
import { on } from '../bridge.ts';
import { batchChanged, dismissWhenMovingOn, loadBatches } from './applying.ts';
import { saveNow } from './editing.ts';
import { changed, loadLibrary, useLibrary } from './library.ts';
import { loadModel, modelChanged, ownChanged } from './model.ts';
import { loadNotices } from './notices.ts';
import { followWhatIsWanted } from './prefetching.ts';
import { previewChanged } from './previews.ts';
import { loadRuns, runChanged } from './processing.ts';
import { loadReports, reportsChanged } from './reports.ts';
import { followLibrary, whenLeaving } from './selection.ts';
import { loadSettings, settingsChanged } from './settings.ts';
import { loadWallet, walletChanged } from './wallet.ts';

/** What stands half typed in a field of the panel was meant for the photos that were selected while it was typed: it goes to them. */
function leaveField(): void {
  const field = document.activeElement;
  if (field instanceof HTMLInputElement && field.hasAttribute('data-commits')) field.blur();
}

/** Connects every store. Called once, before the first render. */
export function startStores(): void {
  on('library.changed', (event) => useLibrary.setState((state) => changed(state, event)));
  on('library.importing', ({ done, total }) => useLibrary.setState({ importing: done < total ? { done, total } : null }));
  on('assets.changed', (assets) => useLibrary.setState({ assets }));
  on('darkroom.preview', (preview) => previewChanged(preview));
  on('applying.changed', batchChanged);
  on('processing.changed', runChanged);
  on('wallet.changed', walletChanged);
  on('reports.changed', reportsChanged);
  on('settings.changed', settingsChanged);
  on('notices.changed', () => void loadNotices());
  on('model.changed', modelChanged);
  on('model.own', ownChanged);
  whenLeaving(leaveField);
  followLibrary();
  followWhatIsWanted();
  dismissWhenMovingOn();
  // The end of a drag may still be waiting when the window closes.
  window.addEventListener('pagehide', () => void saveNow());
  void loadSettings();
  void loadLibrary();
  void loadWallet();
  void loadBatches();
  void loadRuns();
  void loadReports();
  void loadNotices();
  void loadModel();
}
