/**
 * The one contract between the renderer and the main process: every channel with the shape that goes in and comes out.
 * The main process parses both directions with these schemas; the renderer gets the types (see `BacklotBridge`).
 * Every call answers a Result: a problem is a value, not an exception.
 */

import { z } from 'zod';
import { seq } from '../credits/codec/quantities.ts';
import { chain } from '../edit/processing/chain.ts';
import { recipe, stroke } from '../edit/recipe.ts';
import type { Result } from '../result.ts';
import { RETURN_OUTCOMES, RETURN_PAGES } from '../return-page.ts';
import * as bill from './billing.ts';
import { call, nothing } from './call.ts';
import { edits } from './edits.ts';
import * as lib from './library.ts';
import { modelState, networkInUse, ownNetwork } from './model.ts';
import { notice } from './notices.ts';
import * as pro from './processing.ts';
import { reportCalls } from './reports.ts';
import * as use from './usage.ts';
import * as wal from './wallet.ts';

const photoIds = z.array(lib.photoId).min(1).max(20_000);

/** What the user has set, kept in settings.json. */
export const settings = z.object({
  theme: z.enum(['system', 'dark', 'light', 'contrast']),
  /** Grey of the canvas surround, 0 black .. 255 white. */
  surround: z.int().min(0).max(255),
  /** Where copies of finished pictures go. */
  outputFolder: z.string(),
  /** Our server's address; null: the studio runs its own. */
  serverUrl: z.string().nullable(),
  /** Whether photos are prepared on battery, too, while nothing else is to do. Absent: no. */
  prefetchOnBattery: z.boolean().optional(),
});

/** One press of Apply and how far it is; the counts are photos. */
export const batch = z.object({
  id: z.string(),
  /**
   * stopped: something on this machine is in the way, and the first problem says what. refused: nothing of it is held or charged, whoever
   * pressed is told why, and it is no batch any more.
   */
  state: z.enum(['running', 'paused', 'waiting for network', 'waiting for credit', 'stopped', 'finished', 'cancelled', 'refused']),
  total: z.int(),
  applied: z.int(),
  failed: z.int(),
  /** Made, not paid: they wait for credit, or are cancelled and cost nothing. */
  unpaid: z.int(),
  /** Their credit is held and not charged. */
  held: z.int(),
  refused: z.int(),
  cancelled: z.int(),
  /** Batches, of processing too, whose files are made before the next one of this; 0: it is its turn. */
  ahead: z.int(),
  /** Null until there is something to go by. */
  secondsLeft: z.number().nullable(),
  /** What was charged so far. */
  charged: z.string(),
  /** The finished sentence, in the product's voice, once finished or cancelled. */
  summary: z.string().nullable(),
  problems: z.array(lib.problem),
});

/** Every call of the page, with what goes in and what comes out when it succeeds. */
export const calls = {
  'library.snapshot': call(nothing, z.object({ photos: z.array(lib.photo), collections: z.array(lib.collection) })),
  /** Opens the system's dialog, then imports. */
  'library.import': call(
    z.object({ choose: z.enum(['files', 'folder']) }),
    z.object({ imported: z.array(lib.photoId), problems: z.array(lib.problem) }),
  ),
  /** Files and folders dropped on the window (paths from webUtils in the preload). */
  'library.importPaths': call(
    z.object({ paths: z.array(z.string().min(1).max(4096)).min(1).max(20_000) }),
    z.object({ imported: z.array(lib.photoId), problems: z.array(lib.problem) }),
  ),
  /** Takes photos out of the library; files stay where they are. */
  'library.remove': call(z.object({ photoIds }), nothing),
  /** Newest first. */
  'library.versions': call(z.object({ photoId: lib.photoId }), z.array(lib.version)),
  'library.saveRecipe': call(z.object({ photoIds, recipe }), nothing),
  /** Free, works offline, byte-identical to the original. */
  'library.revert': call(z.object({ photoIds }), z.object({ reverted: z.int() })),
  'library.showVersion': call(z.object({ photoId: lib.photoId, versionId: lib.versionId.nullable() }), nothing),
  /** Shows the file in the system's file manager. */
  'library.reveal': call(z.object({ photoId: lib.photoId, what: z.enum(['original', 'result']) }), nothing),
  /** The user's copy of a version, or the library's own file when there is no copy (any more). */
  'library.openVersion': call(z.object({ photoId: lib.photoId, versionId: lib.versionId, how: z.enum(['open', 'reveal']) }), nothing),
  'assets.list': call(nothing, z.array(lib.asset)),
  'assets.add': call(
    z.object({ kind: z.enum(['background', 'logo']) }),
    z.object({ added: z.array(lib.asset), problems: z.array(lib.problem) }),
  ),
  'assets.addPaths': call(
    z.object({ kind: z.enum(['background', 'logo']), paths: z.array(z.string().min(1).max(4096)).min(1).max(200) }),
    z.object({ added: z.array(lib.asset), problems: z.array(lib.problem) }),
  ),
  'assets.remove': call(z.object({ assetId: z.string() }), nothing),
  /** What is to be prepared while nothing else is to do, the soonest wanted first; takes the place of what was wanted before. */
  'darkroom.prefetch': call(z.object({ photoIds: z.array(lib.photoId).max(1000) }), nothing),
  /** Makes sure the cut-out exists; answers when at least the quick one does. `darkroom.preview` events follow as it gets better. */
  'darkroom.preview': call(
    z.object({ photoId: lib.photoId, strokes: z.array(stroke).max(500), calmGlass: z.boolean().default(false) }),
    lib.preview,
  ),
  /** The regions that a click of the glass tool can mean; null without a subject. */
  'darkroom.regions': call(z.object({ photoId: lib.photoId, strokes: z.array(stroke).max(500) }), lib.glassRegions.nullable()),

  /** `again`: also what it costs to make finished pictures anew. */
  'applying.quote': call(z.object({ edits, again: z.boolean().default(false) }), wal.quoteView),
  /**
   * One batch: each photo with its own recipe, and the mode spans all of them. A photo whose very picture is finished is left
   * out and shows it again, unless `again` says that it is to be made and paid for anew. `paying`: how many photos the user was
   * told are paid for; with more of them nothing is begun.
   */
  'applying.apply': call(
    z.object({
      edits,
      mode: z.enum(['all or nothing', 'as many as possible']),
      again: z.boolean().default(false),
      paying: z.int().min(0).nullable().default(null),
    }),
    batch,
  ),
  'applying.pause': call(z.object({ batchId: z.string() }), batch),
  'applying.resume': call(z.object({ batchId: z.string() }), batch),
  /** Photos that are already being written finish; the rest are not charged. */
  'applying.cancel': call(z.object({ batchId: z.string() }), batch),
  /** Batches that are not finished, and the last one that is. */
  'applying.batches': call(nothing, z.array(batch)),

  /** What it would cost; free and offline under most policies. */
  'processing.cost': call(z.object({ photos: z.int().min(0).max(20_000), chain }), pro.processingCost),
  /** Which steps are not offered, and why; none while the policy is not known. */
  'processing.withheld': call(nothing, pro.withheldSteps),
  'processing.preview': call(z.object({ photoId: lib.photoId, chain }), pro.processedPreview),
  /**
   * Writes what each photo shows now, processed, into the output folder; what was asked for before is made first. `processing.changed`
   * events follow.
   */
  'processing.start': call(z.object({ photoIds, chain }), pro.processingRun),
  'processing.cancel': call(z.object({ runId: z.string() }), pro.processingRun),
  /** The runs that are not over, in their turn, and the last one of this session that is. */
  'processing.runs': call(nothing, z.array(pro.processingRun)),

  'wallet.get': call(nothing, z.object({ wallet: wal.wallet.nullable(), connection: wal.connection })),
  'wallet.forecast': call(nothing, wal.forecast),
  /** Newest first, one line for each operation; `kinds` are those of a line's newest entry. */
  'wallet.history': call(
    z.object({ beforeSeq: seq.nullable(), limit: z.int().min(1).max(500), kinds: z.array(z.string()).nullable() }),
    z.object({ lines: z.array(wal.historyLine), nextBeforeSeq: seq.nullable() }),
  ),
  /** Asks where to, and writes every entry of the ledger there as CSV: a hold and what became of it are two rows. */
  'wallet.exportHistory': call(nothing, z.object({ savedTo: z.string().nullable() })),
  'wallet.packs': call(nothing, z.array(wal.pack)),
  'wallet.buy': call(
    z.object({ packId: z.string(), way: bill.paymentWay.default('invoice'), keepMethod: z.boolean().default(false) }),
    bill.ordered.extend({ credits: z.string(), wallet: wal.wallet }),
  ),
  'wallet.invoices': call(nothing, z.array(wal.invoice)),
  /** Opens the stored PDF in the system's viewer, or saves a copy where the user says. */
  'wallet.invoice': call(z.object({ number: z.string(), action: z.enum(['open', 'save']) }), z.object({ savedTo: z.string().nullable() })),
  'wallet.plans': call(nothing, bill.plans),
  /** Asks the server; nothing is changed by asking. */
  'wallet.planPreview': call(bill.planRequest, bill.planPreview),
  'wallet.changePlan': call(bill.planRequest.extend({ way: bill.paymentWay.optional() }), bill.ordered),
  /** In the policy's order; those that the server is set up for. */
  'wallet.paymentWays': call(nothing, bill.paymentWays),
  'wallet.paymentMethod': call(nothing, bill.paymentMethod),
  /** Opens the provider's page in the system's browser; it leads back to the page one left. */
  'wallet.openPaymentPage': call(z.object({ returnTo: z.enum(RETURN_PAGES) }), nothing),
  /** Opens the page of the payment that is still to be made. */
  'wallet.openCheckout': call(nothing, nothing),
  /** Not shown any more; the payment itself stays what it is. */
  'wallet.dismissCheckout': call(z.object({ opId: z.string().min(1).max(100).brand<'OpId'>() }), nothing),
  /** Null before the first sync. */
  'wallet.billingDetails': call(nothing, bill.billingDetails.nullable()),
  'wallet.saveBillingDetails': call(bill.detailsTyped, bill.billingDetails),
  'wallet.taxed': call(z.object({ net: wal.money, way: bill.paymentWay }), bill.taxed),
  /** Newest first. */
  'wallet.receipts': call(nothing, z.array(bill.receipt)),
  /** Opens the provider's own invoice in the system's browser. */
  'wallet.openReceipt': call(z.object({ opId: z.string().min(1).max(100).brand<'OpId'>() }), nothing),
  /** Null where the policy sells no amounts. */
  'wallet.topUpTerms': call(nothing, bill.topUpTerms.nullable()),
  /** From the copy on this machine; `amount` as typed, in the policy's unit. */
  'wallet.topUpQuote': call(z.object({ amount: z.string().max(30) }), bill.topUpQuote),
  'wallet.topUp': call(
    z.object({ amount: z.string().max(30), way: bill.paymentWay.default('invoice'), keepMethod: z.boolean().default(false) }),
    bill.ordered,
  ),
  /** Null where the policy never charges by itself. */
  'wallet.autoTopUp': call(nothing, bill.autoTopUp.nullable()),
  /** Null: off. */
  'wallet.setAutoTopUp': call(z.object({ settings: bill.autoTopUpSettings.nullable() }), bill.autoTopUp.nullable()),
  /** Purchases that can be given back now. */
  'wallet.returnables': call(nothing, z.array(bill.returnable)),
  'wallet.heldReturns': call(nothing, z.array(bill.heldReturn)),
  'wallet.refund': call(
    z.object({ opId: z.string().min(1).max(100).brand<'OpId'>() }),
    z.object({ refunded: wal.money, creditNote: z.string().nullable() }),
  ),
  /** The last so many days, today included. */
  'wallet.usage': call(z.object({ days: z.int().min(1).max(366) }), use.usage),
  'wallet.pricing': call(nothing, z.array(use.priceLine)),
  'wallet.sync': call(nothing, wal.connection),

  ...reportCalls,

  /** Whether the model that finds the subject is on this machine. `model.changed` events follow. */
  'model.get': call(nothing, modelState),
  /** Fetches it, or goes on fetching; answers at once. */
  'model.fetch': call(nothing, modelState),
  /** What came so far is kept. */
  'model.cancel': call(nothing, modelState),

  /** The user's own network, when it is used; null: Backlot's own. `model.own` events follow, whoever changed it. */
  'model.own': call(nothing, ownNetwork.nullable()),
  /** Which network finds the subject. */
  'model.network': call(nothing, networkInUse),
  /** Lets the user choose the file of a network and takes it in; null: thought better of it. `licence`: for a file that names none. */
  'model.useOwn': call(z.object({ licence: z.string().max(200).nullable() }), networkInUse.nullable()),
  /** Goes back to Backlot's own network. */
  'model.leaveOwn': call(nothing, networkInUse),

  'settings.get': call(nothing, settings),
  'settings.set': call(settings.partial(), settings),
  'settings.chooseOutputFolder': call(nothing, settings),
  'app.info': call(nothing, z.object({ version: z.string(), electron: z.string(), dataFolder: z.string(), platform: z.string() })),
  /** Damaged files of the studio's own that were set aside, until each is dismissed. */
  'app.notices': call(nothing, z.array(notice)),
  'app.dismissNotice': call(notice.pick({ id: true }), z.array(notice)),
  /** Shows the file that was set aside in the system's file manager. */
  'app.showNotice': call(notice.pick({ id: true }), nothing),
  /** Opens a mail to support that says what the notice says. */
  'app.askAboutNotice': call(z.object({ id: z.string().min(1).max(300) }), nothing),
  /** External pages by name only; the addresses live in the main process. */
  'app.openLink': call(z.object({ link: z.enum(['support', 'licences', 'website']) }), nothing),
} as const;

/** What the main process tells the renderer. */
export const events = {
  'library.changed': z.object({ photos: z.array(lib.photo), removed: z.array(lib.photoId), collections: z.array(lib.collection) }),
  'library.importing': z.object({ done: z.int(), total: z.int(), problems: z.array(lib.problem) }),
  'assets.changed': z.array(lib.asset),
  'darkroom.preview': lib.preview,
  'applying.changed': batch,
  'processing.changed': pro.processingRun,
  'wallet.changed': z.object({ wallet: wal.wallet.nullable(), connection: wal.connection }),
  'reports.changed': z.array(lib.report),
  /** There is something new to be told, or less of it: ask for the notices. */
  'notices.changed': nothing,
  'model.changed': modelState,
  /** Another network finds the subject from now on; null: Backlot's own. */
  'model.own': ownNetwork.nullable(),
  'settings.changed': settings,
  /** Back from a payment page in the browser, to the page one left. */
  returned: z.object({ page: z.enum(RETURN_PAGES), outcome: z.enum(RETURN_OUTCOMES).nullable() }),
  /** A menu item or shortcut that the renderer carries out. */
  command: z.object({
    name: z.enum([
      'import files',
      'import folder',
      'undo',
      'redo',
      'apply',
      'apply again',
      'give settings',
      'revert',
      'select all',
      'before',
      'zoom in',
      'zoom out',
      'zoom fit',
      'zoom 100',
      'show studio',
      'show wallet',
      'show history',
      'show reports',
      'show settings',
      'buy more',
      'report',
    ]),
  }),
} as const;

/** A call that the renderer may make of the main process. */
export type CallName = keyof typeof calls;
/** What a call takes, before it is parsed. */
export type CallInput<N extends CallName> = z.input<(typeof calls)[N]['input']>;
/** What a call's input is once it was parsed: what the handler gets. */
export type CallArgument<N extends CallName> = z.output<(typeof calls)[N]['input']>;
/** What a call answers when it goes well. */
export type CallOutput<N extends CallName> = z.infer<(typeof calls)[N]['output']>;
/** An event that the main process sends by itself. */
export type EventName = keyof typeof events;
/** What an event carries. */
export type EventPayload<N extends EventName> = z.infer<(typeof events)[N]>;
/** The settings of this machine's user. */
export type Settings = z.infer<typeof settings>;
/** A run of Apply, as the renderer shows it. */
export type Batch = z.infer<typeof batch>;

/** What the preload puts on `window.backlot`. */
export interface BacklotBridge {
  call<N extends CallName>(name: N, input: CallInput<N>): Promise<Result<CallOutput<N>>>;
  on<N extends EventName>(name: N, listener: (payload: EventPayload<N>) => void): () => void;
  /** The path behind a dropped file; only the main process reads it. */
  pathOf(file: File): string;
}

/**
 * Picture addresses. Always by id, never by path; `rev` makes caches safe.
 * photo://thumb/<photoId>?rev        current picture, 512 px longest side
 * photo://original/<photoId>?rev     upright original, at most 2560 px
 * photo://current/<photoId>?rev      current picture (result or original), at most 2560 px
 * photo://full/<photoId>?rev         current picture at full resolution, for 100% zoom
 * photo://cutout/<photoId>?rev       RGBA cut-out with clean edges, preview size
 * photo://glass/<photoId>?rev        RGBA, of the same size: what lies between the background and the cut-out
 * photo://processed/<photoId>?rev    preview of the processing steps, at most 1600 px
 * photo://version/<versionId>        a result, at most 2560 px
 * photo://asset/<assetId>            a background or logo, at most 2560 px
 */
export type PictureKind = 'thumb' | 'original' | 'current' | 'full' | 'cutout' | 'glass' | 'processed' | 'version' | 'asset';

/** The address of a picture; `rev`: of what it shows, so that the same address always means the same picture. */
export const pictureUrl = (kind: PictureKind, id: string, rev = 0): string => `photo://${kind}/${id}?rev=${rev}`;
