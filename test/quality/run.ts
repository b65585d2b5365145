/**
 * `npm run quality [-- --only NAME,NAME --backdrops 20 --photos FOLDER --arithmetic floats|eight-bit]`: how far the darkroom's mattes are from the truth after each step. Judged are the rendered samples,
 * and what was rendered because it is hard, as they were photographed and before other backdrops; with `--photos`, also photos of that folder whose exact matte lies beside them (NAME.png with
 * NAME_alpha.png), as they are and before four backdrops. Prints medians, and ends with 1 when a
 * picture falls short of a floor; out/quality gets every figure (quality.json) and the contact sheets.
 * What the network answered is kept there, so that a change of the later steps is judged in minutes.
 */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Model } from '../../electron/darkroom/matte/model.ts';
import { modelFolder } from '../../electron/darkroom/matte/model-folder.ts';
import { root } from '../../scripts/setup/places.mjs';
import { median } from '../bench/report.ts';
import { BANDS, CAR_FLOORS, errorsOf, HARD_SLACK, type MatteErrors } from './errors.ts';
import { ContactSheet, type Judged } from './sheet.ts';
import { ARITHMETICS, KeptAnswers, NetworkIn, STEPS, type Step, takeSteps } from './steps.ts';
import { backdropsFor, hardSamples, placedBefore, type Sample, samples } from './subjects.ts';

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    backdrops: { type: 'string', default: '100' },
    photos: { type: 'string' },
    arithmetic: { type: 'string' },
  },
});
/** How many backdrops a photo of a folder of one's own is placed before. */
const FOR_PHOTOS = 4;
/** The band in which lines are drawn, crumbs lie, and which the tables of docs/darkroom.md have. */
const BAND = BANDS.indexOf(6);

const folder = join(root, 'out', 'quality');
mkdirSync(folder, { recursive: true });
/** What this machine uses, or what was asked for. */
const arithmetic = ARITHMETICS.find((one) => one === options.arithmetic);
if (options.arithmetic !== undefined && arithmetic === undefined) throw new Error(`--arithmetic is one of ${ARITHMETICS.join(', ')}.`);
const model = arithmetic === undefined ? new Model({ modelDir: modelFolder(), threads: 2 }) : new NetworkIn(arithmetic, modelFolder());
const answers = new KeptAnswers(model, join(folder, 'answers'));
const sheet = new ContactSheet(folder);
/** `slack`: how many times as bad as before an outline may be after the edge step. */
const judged: (Judged & { readonly kind: string; readonly slack: number })[] = [];

async function judge(kind: string, { name, photo, truth }: Sample, slack: number): Promise<void> {
  const stepped = await takeSteps(answers, photo, truth);
  const errorsAfter = (step: Step): MatteErrors => errorsOf(stepped.mattes[step], stepped.truth, stepped.guide);
  const errors = {
    small: errorsAfter('small'),
    large: errorsAfter('large'),
    combined: errorsAfter('combined'),
    edges: errorsAfter('edges'),
  };
  await sheet.add(name, stepped);
  judged.push({ kind, name, errors, slack });
  const band = (step: Step): string => (errors[step].edgeBands[BAND] ?? 0).toFixed(4);
  process.stderr.write(`${name}: along the outline ${band('combined')} → ${band('edges')}\n`);
}

async function judgeAll(kind: string, sample: Sample, backdrops: readonly string[]): Promise<void> {
  const slack = hardSamples.includes(sample) ? HARD_SLACK : 1;
  await judge(kind, sample, slack);
  for (const backdrop of backdrops) {
    const photo = join(folder, 'picture.png');
    writeFileSync(photo, await placedBefore(sample, backdrop));
    await judge(kind, { name: `${sample.name} before ${backdrop}`, photo, truth: sample.truth }, slack);
  }
}

for (const sample of [...samples, ...hardSamples].filter(({ name }) => options.only.split(',').some((wanted) => name.includes(wanted)))) {
  const [kind = ''] = sample.name.split('-');
  await judgeAll(kind, sample, backdropsFor(sample.name).slice(0, Number(options.backdrops)));
}
for (const sample of options.photos === undefined ? [] : photosWithTruth(options.photos))
  await judgeAll('photo', sample, backdropsFor(sample.name).slice(0, FOR_PHOTOS));
await model.close();

/** NAME.png with NAME_alpha.png. */
function photosWithTruth(place: string): Sample[] {
  const named = (name: string): Sample => ({ name, photo: join(place, `${name}.png`), truth: join(place, `${name}_alpha.png`) });
  return readdirSync(place)
    .filter((file) => file.endsWith('.png'))
    .map((file) => named(file.replace('.png', '')))
    .filter(({ truth }) => existsSync(truth));
}

const MEASURES = {
  'SAD/1000': (errors: MatteErrors) => errors.sad,
  'MSE·10³': (errors: MatteErrors) => 1000 * errors.mse,
  'MAE·10³': (errors: MatteErrors) => 1000 * errors.mae,
  'gradient/1000': (errors: MatteErrors) => errors.gradient,
  'connectivity/1000': (errors: MatteErrors) => errors.connectivity,
  ...Object.fromEntries(BANDS.map((reach, n) => [`within ${reach} px`, (errors: MatteErrors) => errors.edgeBands[n] ?? 0])),
  IoU: (errors: MatteErrors) => errors.iou,
};

for (const kind of [...new Set(judged.map((one) => one.kind)), 'all']) {
  const those = judged.filter((one) => kind === 'all' || one.kind === kind);
  const rows = STEPS.map((step) => [
    step,
    Object.fromEntries(
      Object.entries(MEASURES).map(([measure, of]) => [measure, Number(median(those.map(({ errors }) => of(errors[step]))).toFixed(4))]),
    ),
  ]);
  const worse = BANDS.map((reach, n) => `${those.filter(({ errors }) => worsened(errors, n)).length} within ${reach} px`);
  process.stdout.write(`\n${kind}, ${those.length} pictures, medians; edges are worse than combined in ${worse.join(', ')}\n`);
  console.table(Object.fromEntries(rows));
}

function worsened({ combined, edges }: Judged['errors'], band: number): boolean {
  return (edges.edgeBands[band] ?? 0) > (combined.edgeBands[band] ?? 0);
}

/** What falls short of a floor, said in a sentence each. */
function shortcomings(): string[] {
  const outline = ({ errors }: Judged, step: Step): number => errors[step].edgeBands[BAND] ?? 0;
  const found = judged
    .filter((one) => outline(one, 'edges') > one.slack * outline(one, 'combined'))
    .map(({ name }) => `${name}: the outline is worse than the network left it`);
  const cars = judged.filter(({ kind }) => kind === 'car');
  const mean = (of: (one: Judged) => number): number => cars.reduce((sum, one) => sum + of(one), 0) / Math.max(1, cars.length);
  const [whole, along] = [mean(({ errors }) => errors.edges.mae), mean((one) => outline(one, 'edges'))];
  if (whole > CAR_FLOORS.mae) found.push(`cars err by ${whole.toFixed(4)} on average, where ${CAR_FLOORS.mae} is allowed`);
  if (along > CAR_FLOORS.outline)
    found.push(`outlines of cars err by ${along.toFixed(4)} on average, where ${CAR_FLOORS.outline} is allowed`);
  return found;
}

const short = shortcomings();
for (const line of short) process.stdout.write(`MISSED ${line}\n`);
if (short.length > 0) process.exitCode = 1;
writeFileSync(join(folder, 'quality.json'), `${JSON.stringify(judged, null, 2)}\n`);
await sheet.write(judged, BAND);
process.stdout.write(`${join(folder, 'contact-sheet.html')}\n`);
