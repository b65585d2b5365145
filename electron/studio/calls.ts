/** Each call of shared/ipc that the studio answers, one to one onto its parts. */
import { copyFile, open } from 'node:fs/promises';
import { basename } from 'node:path';
import { unpackEdits } from '../../shared/ipc/edits.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import { isServerAddress } from '../../shared/server-address.ts';
import type { Applying } from '../applying/applying.ts';
import type { Handlers } from '../dispatch.ts';
import type { Assets } from '../library/assets.ts';
import type { Library } from '../library/library.ts';
import type { Prefetch } from '../library/prefetch.ts';
import type { Previews } from '../library/previews.ts';
import { problemOf } from '../library/problems.ts';
import type { Recovery } from '../paid-work/recovery.ts';
import type { Processing } from '../processing/processing.ts';
import type { Reports } from '../reporting/reports.ts';
import type { Ordered } from '../wallet/orders/orders.ts';
import type { Wallet } from '../wallet/wallet.ts';
import { isoOf, type World } from '../world.ts';
import type { Desktop } from './desktop.ts';
import type { ShellCall } from './port.ts';

/** The parts of an open studio that calls go to. */
export interface StudioParts {
  readonly library: Library;
  readonly previews: Previews;
  /** Null: nothing is prepared before it is asked for. */
  readonly prefetch: Prefetch | null;
  readonly assets: Assets;
  readonly reports: Reports;
  readonly applying: Applying;
  readonly processing: Processing;
  readonly wallet: Wallet;
  /** Matches charges to pictures; runs by itself at the start and on connecting. */
  readonly recovery: Pick<Recovery, 'run'>;
}

const empty = { imported: [], problems: [] };

/** The calls of one part of the studio, by the beginning of their names. */
type CallsOf<Part extends string> = Pick<Handlers, Extract<keyof Handlers, `${Part}.${string}`>>;

/** The handlers of all calls but the shell's own. */
export const studioCalls = (parts: StudioParts, desktop: Desktop, world: World): Omit<Handlers, ShellCall> => ({
  ...libraryCalls(parts, desktop),
  ...paidWorkCalls(parts),
  ...walletCalls(parts.wallet, desktop, world),
  ...moneyCalls(parts.wallet, desktop),
  'reports.create': (report) => parts.reports.create(report),
  'reports.list': () => ok(parts.reports.list()),
  'reports.desk': () => parts.wallet.reportDesk.look(),
  'reports.agree': ({ terms }) => parts.wallet.reportDesk.agree(terms),
  'reports.withdrawConsent': () => parts.reports.withdrawConsent(),
  'reports.keep': ({ reportId }) => parts.reports.keep(reportId),
  'reports.withdraw': ({ reportId }) => parts.reports.withdraw(reportId),
});

function libraryCalls(
  { library, previews, prefetch, assets, applying }: StudioParts,
  desktop: Desktop,
): CallsOf<'library' | 'assets' | 'darkroom'> {
  const importAll = async (paths: readonly string[]) => {
    if (paths.length === 0) return ok(empty);
    const { imported, problems } = await library.importPaths(paths);
    return ok({ imported: [...imported], problems: [...problems] });
  };
  return {
    'library.snapshot': () => ok(library.snapshot()),
    'library.import': async ({ choose }) => importAll(await desktop.choosePhotos(choose)),
    'library.importPaths': ({ paths }) => importAll(paths),
    'library.remove': ({ photoIds }) => ok(library.remove(photoIds)),
    'library.versions': ({ photoId }) =>
      ok(library.versions(photoId).map((version) => ({ ...version, charged: applying.chargeOf(version.id) }))),
    'library.saveRecipe': ({ photoIds, recipe }) => ok(library.saveRecipe(photoIds, recipe)),
    'library.revert': ({ photoIds }) => ok(library.revert(photoIds)),
    'library.showVersion': ({ photoId, versionId }) => library.showVersion(photoId, versionId),
    'library.reveal'({ photoId, what }) {
      const path = library.locate(photoId, what);
      if (path.ok) desktop.showInFolder(path.value);
      return path.ok ? ok(undefined) : path;
    },
    async 'library.openVersion'({ photoId, versionId, how }) {
      const path = library.locateVersion(photoId, versionId);
      if (!path.ok) return path;
      if (how === 'reveal') return ok(desktop.showInFolder(path.value));
      const trouble = await desktop.openFile(path.value);
      if (trouble === null) return ok(undefined);
      return fail({
        code: 'cannot_open',
        message: `${basename(path.value)} could not be opened: ${trouble}. Show it in its folder instead.`,
      });
    },
    'assets.list': () => ok(assets.list()),
    'assets.add': async ({ kind }) =>
      ok(await assets.addPaths(kind, await desktop.choosePictures(kind === 'logo' ? 'Add a logo' : 'Add a background'))),
    'assets.addPaths': async ({ kind, paths }) => ok(await assets.addPaths(kind, paths)),
    'assets.remove': ({ assetId }) => ok(assets.remove(assetId)),
    'darkroom.prefetch': ({ photoIds }) => ok(prefetch?.want(photoIds)),
    'darkroom.preview': ({ photoId, strokes, calmGlass }) => previews.preview(photoId, strokes, calmGlass),
    'darkroom.regions': ({ photoId, strokes }) => previews.regions(photoId, strokes),
  };
}

const paidWorkCalls = ({ applying, processing, wallet }: StudioParts): CallsOf<'applying' | 'processing'> => ({
  'applying.quote': ({ edits, again }) => ok(applying.quote(unpackEdits(edits), again)),
  'applying.apply': ({ edits, mode, again, paying }) => applying.apply(unpackEdits(edits), mode, { again, paying }),
  'applying.pause': ({ batchId }) => applying.pause(batchId),
  'applying.resume': ({ batchId }) => applying.resume(batchId),
  'applying.cancel': ({ batchId }) => applying.cancel(batchId),
  'applying.batches': () => ok(applying.batches()),
  'processing.cost': ({ photos, chain }) => ok(processing.cost(photos, chain)),
  'processing.preview': ({ photoId, chain }) => processing.preview(photoId, chain),
  'processing.start': ({ photoIds, chain }) => processing.start(photoIds, chain),
  'processing.cancel': ({ runId }) => processing.cancel(runId),
  'processing.runs': () => ok(processing.runs()),
  'processing.withheld': () => ok(wallet.withheldSteps()),
});

/** What a wallet shows, from the copy on this machine. */
type WalletReading =
  | 'wallet.get'
  | 'wallet.forecast'
  | 'wallet.history'
  | 'wallet.exportHistory'
  | 'wallet.packs'
  | 'wallet.usage'
  | 'wallet.pricing'
  | 'wallet.invoices'
  | 'wallet.invoice'
  | 'wallet.sync';

function walletCalls(wallet: Wallet, desktop: Desktop, world: World): Pick<Handlers, WalletReading> {
  return {
    'wallet.get': () => ok(wallet.get()),
    'wallet.forecast': () => ok(wallet.forecast()),
    'wallet.history': ({ beforeSeq, limit, kinds }) => ok(wallet.history(beforeSeq, limit, kinds)),
    async 'wallet.exportHistory'() {
      const path = await desktop.chooseSavePath('Export the history', `Backlot history ${isoOf(world.clock.now()).slice(0, 10)}.csv`);
      if (path === null) return ok({ savedTo: null });
      return saveLines(path, wallet.exportHistory());
    },
    'wallet.packs': () => ok(wallet.packs()),
    'wallet.usage': ({ days }) => ok(wallet.pages.usage(days)),
    'wallet.pricing': () => ok(wallet.pages.pricing()),
    'wallet.invoices': () => ok(wallet.invoices()),
    async 'wallet.invoice'({ number, action }) {
      const pdf = await wallet.invoicePdf(number);
      return pdf.ok ? showInvoice(desktop, number, pdf.value, action) : pdf;
    },
    'wallet.sync': async () => ok(await wallet.sync()),
  };
}

/** Whatever moves money or is about paying. */
function moneyCalls(wallet: Wallet, desktop: Desktop): Omit<CallsOf<'wallet'>, WalletReading> {
  return {
    'wallet.buy': async ({ packId, way, keepMethod }) => payAt(desktop, await wallet.orders.buy(packId, way, keepMethod)),
    'wallet.plans': () => ok(wallet.pages.plans()),
    'wallet.planPreview': (request) => wallet.orders.previewPlan(request),
    'wallet.changePlan': async ({ way, ...request }) => payAt(desktop, await wallet.orders.changePlan(request, way)),
    'wallet.paymentWays': () => ok(wallet.pages.paymentWays()),
    'wallet.paymentMethod': () => ok(wallet.billing.paymentMethod()),
    'wallet.openPaymentPage': async ({ returnTo }) => openPage(desktop, await wallet.billing.paymentPage(returnTo)),
    'wallet.openCheckout': () => openPage(desktop, checkoutPage(wallet.checkouts.page())),
    'wallet.dismissCheckout'({ opId }) {
      wallet.checkouts.dismiss(opId);
      wallet.announce();
      return ok(undefined);
    },
    'wallet.billingDetails': () => ok(wallet.billing.details()),
    'wallet.saveBillingDetails': (details) => wallet.billing.save(details),
    'wallet.taxed': ({ net, way }) => ok(wallet.billing.taxed(net, way)),
    'wallet.receipts': () => ok(wallet.billing.receipts()),
    'wallet.openReceipt': async ({ opId }) => openPage(desktop, await wallet.billing.receiptPage(opId)),
    'wallet.topUpTerms': () => ok(wallet.pages.topUpTerms()),
    'wallet.topUpQuote': ({ amount }) => ok(wallet.pages.topUpQuote(amount)),
    'wallet.topUp': async ({ amount, way, keepMethod }) => payAt(desktop, await wallet.orders.topUp(amount, way, keepMethod)),
    'wallet.autoTopUp': () => ok(wallet.pages.autoTopUp()),
    async 'wallet.setAutoTopUp'({ settings }) {
      const problem = await wallet.orders.setAutoTopUp(settings);
      return problem === null ? ok(wallet.pages.autoTopUp()) : fail(problem);
    },
    'wallet.returnables': () => ok(wallet.pages.returnables()),
    'wallet.heldReturns': () => ok(wallet.pages.heldReturns()),
    'wallet.refund': ({ opId }) => wallet.orders.refund(opId),
  };
}

/** Opens the provider's page in the browser where there is one; the page of the app hears only that it is open. */
async function payAt<T extends Ordered>(
  desktop: Desktop,
  answer: Result<T>,
): Promise<Result<Omit<T, 'checkoutUrl'> & { inBrowser: boolean }>> {
  if (!answer.ok) return answer;
  const { checkoutUrl, ...ordered } = answer.value;
  if (checkoutUrl === null) return ok({ ...ordered, inBrowser: false });
  const opened = await openPage(desktop, ok(checkoutUrl));
  return opened.ok ? ok({ ...ordered, inBrowser: true }) : opened;
}

const checkoutPage = (address: string | null): Result<string> =>
  address === null
    ? fail({ code: 'checkout_over', message: 'This payment page is closed. Nothing more is charged there; start again.' })
    : ok(address);

/** In the system's browser; an address that could be anything but a page is not opened. */
async function openPage(desktop: Desktop, address: Result<string>): Promise<Result<void>> {
  if (!address.ok) return address;
  if (!isServerAddress(address.value))
    return fail({ code: 'invalid_page', message: 'The provider’s page has no address that can be opened. Nothing was charged.' });
  try {
    await desktop.openAddress(address.value);
    return ok(undefined);
  } catch {
    return fail({
      code: 'no_browser',
      message: 'No browser could be opened on this computer, so the page is not shown. Nothing was charged.',
    });
  }
}

async function saveLines(path: string, lines: Iterable<string>): Promise<Result<{ savedTo: string | null }>> {
  try {
    const file = await open(path, 'w');
    try {
      for (const line of lines) await file.write(line);
    } finally {
      await file.close();
    }
    return ok({ savedTo: path });
  } catch (error) {
    return fail(problemOf(error, basename(path)));
  }
}

async function showInvoice(
  desktop: Desktop,
  number: string,
  pdf: string,
  action: 'open' | 'save',
): Promise<Result<{ savedTo: string | null }>> {
  if (action === 'open') {
    const trouble = await desktop.openFile(pdf);
    if (trouble === null) return ok({ savedTo: null });
    return fail({ code: 'cannot_open', message: `Invoice ${number} could not be shown: ${trouble}. Save it and open it by hand.` });
  }
  const path = await desktop.chooseSavePath(`Save invoice ${number}`, `${number}.pdf`);
  if (path === null) return ok({ savedTo: null });
  try {
    await copyFile(pdf, path);
    return ok({ savedTo: path });
  } catch (error) {
    return fail(problemOf(error, basename(path)));
  }
}
