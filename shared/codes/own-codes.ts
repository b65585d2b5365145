/**
 * The error codes that the studio and the command line answer by themselves: no server was asked, none answered, or it was not for the server to decide.
 * With `CODES` of shared/codes/server-codes.ts, which are the server's, they are the registry; `docs/errors.md` is made from both (`npm run docs`). They travel
 * between the app's processes and stand in documents of `--json`; none has a status of HTTP. Codes are only added.
 */

/** Where a code is answered: the darkroom, the library, the engine of paid work, the wallet, the app's window, the command line. */
export type CodeRoom = 'darkroom' | 'library' | 'paid work' | 'wallet' | 'app' | 'command line';

/** `title` belongs to the code; `meaning` says when it is answered and what helps. The `message` of a problem says it of the one case. */
export interface OwnCodeFacts {
  readonly room: CodeRoom;
  readonly title: string;
  readonly meaning: string;
}

const of =
  (room: CodeRoom) =>
  (title: string, meaning: string): OwnCodeFacts => ({ room, title, meaning });

const darkroom = of('darkroom');
const library = of('library');
const work = of('paid work');
const wallet = of('wallet');
const app = of('app');
const command = of('command line');

/** Of each: nothing was charged for what failed, unless its meaning says so. */
export const OWN_CODES = {
  background_missing: darkroom('Background not there', 'The file of the background is not where it was. Add it again, or choose another.'),
  background_unreadable: darkroom('Background not readable', 'The file of the background cannot be read. Choose another.'),
  drawing_too_complex: darkroom('Drawing too complex', 'The drawing asks for more shapes or effects than can be drawn in time.'),
  crop_outside: darkroom(
    'Crop outside of the picture',
    'A crop reaches outside of the picture it is to cut. Crop less, or leave the photo out.',
  ),
  darkroom_failed: darkroom('Not developed', 'A fault of the darkroom at this photo. Report the photo if it happens again.'),
  darkroom_stopped: darkroom(
    'Darkroom stopped',
    'The darkroom’s process ended or was closed during the job. It is started again; ask again.',
  ),
  logo_missing: darkroom('Logo not there', 'The file of the logo is not where it was. Add it again, or apply without one.'),
  logo_unreadable: darkroom('Logo not readable', 'The file of the logo cannot be read. PNG and SVG work best.'),
  model_damaged: darkroom('Model damaged', 'A file of the model is not the one that was published. It has to be fetched anew.'),
  model_interrupted: darkroom(
    'Model not taken in',
    'The darkroom came to an end before the network was checked and tried. Fetch it again to go on from there.',
  ),
  model_missing: darkroom('Model not there', 'The model that finds the subject is not on this machine. It has to be fetched once.'),
  model_not_kept: darkroom(
    'Model not saved',
    'The model was fetched and could not be saved: no room, or no permission. It is kept to be tried again.',
  ),
  model_source_invalid: darkroom('Not a source of the model', 'What names the source of the model is no address, or lacks its SHA-256.'),
  model_source_unreadable: darkroom(
    'Source of the model not readable',
    'The file that was named as the source of the model cannot be read.',
  ),
  model_source_wrong: darkroom('Not the expected model', 'What came from the source has another SHA-256. It was not used.'),
  model_unfit: darkroom('Model does not fit', 'The network does not run here or does not do its work. It was not used.'),
  nothing_found: darkroom('No subject found', 'The model found no subject in the photo. Mark it with the keep brush.'),
  out_of_memory: darkroom(
    'Not enough memory',
    'The machine had not enough memory for the picture. Close other programs, or export it smaller.',
  ),
  output_denied: darkroom('Not allowed to save', 'The finished file may not be written there by this user.'),
  output_failed: darkroom(
    'Not saved',
    'The finished file could not be written. Of paid work it is kept and put there later; nothing more is charged.',
  ),
  output_read_only: darkroom('Read-only place', 'The place of the finished file is read-only.'),
  output_too_large: darkroom('Too large for the format', 'The finished picture has more pixels than its file format holds.'),
  own_network_failed: darkroom(
    'Own network failed',
    'The network that was added does not answer. Remove it in Settings, or with `backlot model --remove`.',
  ),
  own_network_licence: darkroom(
    'Licence not named',
    'The file of a network does not say its licence, and nobody named it. Nothing was changed.',
  ),
  own_network_not_kept: darkroom('Own network not kept', 'A network could not be saved: no room, or no permission. Nothing was changed.'),
  own_network_refused: darkroom(
    'Own network not run',
    'A file is no ONNX network, is of none of the known families, or needs more than the runtime and itself. Nothing was changed.',
  ),
  own_network_unfit: darkroom(
    'Own network does not fit',
    'A network does not run here, or does not find the subject of a sample photo. Nothing was changed.',
  ),
  own_network_unreadable: darkroom('Own network not readable', 'The file of a network cannot be read. Nothing was changed.'),
  picture_damaged: darkroom('Picture damaged', 'The picture is damaged or incomplete. Copy it again from the camera or card.'),
  picture_too_large: darkroom('Picture too large', 'The picture has more pixels than can be developed. Make a smaller copy of it.'),
  picture_too_small: darkroom('Picture too small', 'The picture has fewer pixels than a subject needs.'),
  step_too_large: darkroom('Step too large', 'A step would make the picture larger than is possible.'),
  took_too_long: darkroom('Took too long', 'The job made no progress for so long that it was ended.'),
  watermark_missing: darkroom('Watermark not there', 'The file of a watermark is not where it was. Add it again, or take the step out.'),
  watermark_unreadable: darkroom('Watermark not readable', 'The file of a watermark cannot be read. PNG and SVG work best.'),

  asset_unknown: library('Unknown file', 'The background or logo is not in the library any more. Choose another.'),
  copy_not_saved: library(
    'Copy not saved',
    'The finished picture is safe in the library, and no copy is in the output folder. Its charge stands.',
  ),
  disk_full: library('Disk full', 'The disk is full. Free some space, then try again.'),
  file_changed: library('File changed', 'The photo was changed on disk since it was imported. Import it again.'),
  file_empty: library('Empty file', 'The file has no bytes. Copy it again.'),
  file_missing: library('File not there', 'The file is not where it was. Put it back, or import it from its new place.'),
  file_too_large: library('File too large', 'The file is larger than any picture that can be developed.'),
  folder_missing: library('Folder not there', 'The folder does not exist any more.'),
  folder_unreadable: library('Folder not readable', 'The folder may not be read by this user.'),
  no_result: library('No result', 'The photo shows its original, so there is no result to open.'),
  not_a_file: library('Not a file', 'It is a pipe, a device or a folder, and not a file with a picture in it.'),
  not_a_picture: library('Not a picture', 'The file is not a picture that can be read.'),
  permission_denied: library('Not allowed to read', 'The file may not be read by this user. Change its permissions.'),
  photo_unknown: library('Unknown photo', 'The photo is not in the library any more.'),
  picture_unknown: library('Unknown picture', 'There is no such picture in the library.'),
  read_failed: library('Not readable', 'The file could not be read. Check the disk or card it lies on.'),
  version_unknown: library('Unknown version', 'The version does not belong to the photo, or is not in the library any more.'),

  already_working: work('Worked on already', 'The photos are being worked on already. Wait until that is finished.'),
  batch_unknown: work('Unknown batch', 'The batch is finished or unknown.'),
  format_not_transparent: work(
    'Format without transparency',
    'A transparent background was chosen and a file format that has none. Choose PNG, WebP or TIFF, or another background.',
  ),
  invalid_steps: work('Not steps', 'The steps are none, too many, or not what a step may be.'),
  cancelled: work('Cancelled', 'It was cancelled before it was made, or made and not paid. It is discarded.'),
  local_fault: work(
    'Fault of this machine',
    'A file or folder of the studio’s own could not be used each time it was tried. Check the disk.',
  ),
  made_not_paid: work('Made, not paid', 'The picture is made and there is not enough credit. It is delivered once there is, or cancelled.'),
  not_begun: work('Not begun', 'There was not enough credit left to begin it.'),
  nothing_new: work('Nothing new', 'The photos show this very picture already. Change a setting, or ask for it anew.'),
  outside_library: work(
    'Outside of the library',
    'The picture is paid for and lies where the message says, and the library could not take it.',
  ),
  paid_not_delivered: work('Paid, not delivered', 'It was charged, and its picture is gone. Ask support to give the charge back.'),
  price_changed: work('Price changed', 'More photos would be paid for than was shown. Look at the price again.'),
  refused: work('Refused', 'The server refused the work without a code of its own.'),
  run_unknown: work('Unknown run', 'The run is finished or unknown.'),

  checkout_over: wallet('Payment page closed', 'The provider’s page for this payment is closed. Start again.'),
  invalid_page: wallet('Not a page', 'The provider’s page has no address that can be opened.'),
  invalid_policy: wallet('Not a policy', 'The policy that the server sent is not one that this version understands.'),
  malformed: wallet('Not an entry', 'An entry or a state of the ledger is not one that this version understands. It is fetched anew.'),
  invoice_not_stored: wallet('Invoice not kept', 'The invoice was fetched and could not be kept on this machine.'),
  invoice_unknown: wallet('Unknown invoice', 'There is no such invoice in this wallet.'),
  no_browser: wallet('No browser', 'No browser could be opened, so the page is not shown.'),
  offline: wallet('Offline', 'The credit server is not reached, or has not answered yet. What needs it waits.'),
  waiting_for_answer: wallet(
    'Waiting for an answer',
    'It was sent and no answer came yet: whether it was carried out is not known. It is asked again by itself.',
  ),

  bridge_failed: app(
    'No answer of the app',
    'The app did not answer its window, so whether it was carried out is not known. Look at History.',
  ),
  cannot_open: app('Cannot be opened', 'The system has no program for the file, or could not start it.'),
  foreign_page: app('Not the studio’s page', 'A page that is not the studio’s asked the app for something. Nothing was done.'),
  invalid_input: app('Not understood', 'A request of the window did not fit the contract. Nothing was done.'),
  invalid_server: app('Not an address of a server', 'The address of the credit server is not https, or of this machine.'),
  studio_fault: app(
    'Something failed in the studio',
    'A fault of the studio, which is in its log. What is known of charges, the message says.',
  ),
  studio_unopened: app('Studio not opened', 'The studio’s own data could not be opened, so nothing can be shown or charged.'),

  folder_in_use: command('Folder in use', 'Another command works in the same data folder. Wait until it has ended.'),
  interrupted: command('Interrupted', 'The command was ended by the person. What was accepted goes on, and the message says so.'),
  not_agreed: command('Not agreed', 'The question was not answered with yes. Nothing was ordered.'),
  not_applied: command('Not applied', 'The photo was not applied.'),
  not_cleaned: command(
    'Not to be cleaned',
    'The place and serial numbers in a picture cannot be taken out without encoding it anew, so it was not sent. Report it in words.',
  ),
  not_downloaded: command('Not downloaded', 'The file could not be downloaded. Run the same command again: fetching is free.'),
  outcome_unknown: command(
    'Outcome unknown',
    'It was sent and no answer came: whether it was carried out is not known. The same words again take it up.',
  ),
  output_folder: command('Output folder not usable', 'The folder of `--out` cannot be made or written to. Choose another.'),
  usage: command('Not a command', 'The words of the command line are not right. See `backlot --help`.'),
} as const satisfies Readonly<Record<string, OwnCodeFacts>>;

/** A code of the studio or the command line. One that is not registered does not compile. */
export type OwnCode = keyof typeof OWN_CODES;
