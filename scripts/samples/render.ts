/**
 * Renders the sample photos into the folder of each: `node scripts/samples/render.ts [NAME ...] [--scale 0.25] [--samples 8] [--out DIR]`.
 * Each JPEG comes with its exact matte (NAME.matte.png), which makes it ground truth for the segmentation. Cars with panes that one sees
 * through come with three maps more: which share of the light from beyond comes through (through), where glass is hit first (pane), and
 * the picture with everything beyond black (closed), so that what is seen over any other background is closed + through times that.
 * Needs the Electron runtime, whose WebGL does the work; without a graphics card it takes minutes per photo.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Layers } from './denoise.ts';
import { developClosed, developPhoto, writeMap } from './develop.ts';
import type { SamplePhoto } from './photos.ts';
import { forQuality, forRanges, photos } from './photos.ts';
import { drawHair } from './strands.ts';

const here = dirname(fileURLToPath(import.meta.url));
const options = parseArgs({
  allowPositionals: true,
  options: {
    scale: { type: 'string', default: '1' },
    samples: { type: 'string', default: '16' },
    out: { type: 'string' },
  },
});

const named = (photo: SamplePhoto): boolean => options.positionals.some((name) => photo.name.startsWith(name));
const wanted = options.positionals.length === 0 ? photos : [...photos, ...forRanges, ...forQuality].filter(named);
const folder = await mkdtemp(join(tmpdir(), 'samples-'));
try {
  for (const photo of wanted) await renderPhoto(photo);
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function renderPhoto(photo: SamplePhoto): Promise<void> {
  const started = performance.now();
  const scale = Number(options.values.scale);
  const size = { width: Math.round(photo.width * scale), height: Math.round(photo.height * scale) };
  const samples = Number(options.values.samples);
  const layers = await draw(photo, size, samples);
  const cover = (await draw(photo, size, 36, { matte: true })).light;
  const out = join(resolve(options.values.out ?? join(here, '..', '..', photo.folder)), photo.name);
  const hair = photo.subject === 'bust' ? drawHair(photo, layers) : null;
  // A strand before the rest of the subject covers nothing anew.
  hair?.cover.forEach((share, i) => {
    cover[4 * i + 3] = 1 - (1 - share) * (1 - (cover[4 * i + 3] ?? 0));
  });
  await developPhoto(layers, hair, photo.exposure, `${out}.jpg`);
  await writeMap(cover, 3, size, `${out}.matte.png`);
  if (photo.look['uPane'] !== undefined) {
    await writeMap(cover, 0, size, `${out}.through.png`);
    await writeMap(cover, 1, size, `${out}.pane.png`);
    await developClosed(await draw(photo, size, samples, { closed: true }), cover, photo.exposure, `${out}.closed.png`);
  }
  process.stdout.write(`${photo.name}: ${size.width} x ${size.height}, ${Math.round((performance.now() - started) / 1000)} s\n`);
}

interface Pass {
  /** Only what covers what, no light. */
  readonly matte?: boolean;
  /** What is seen through panes is black. */
  readonly closed?: boolean;
}

async function draw(photo: SamplePhoto, size: { width: number; height: number }, samples: number, pass: Pass = {}): Promise<Layers> {
  const parts = ['shapes', photo.room, photo.subject, 'tracer'].map((name) => readFile(join(here, 'shaders', `${name}.glsl`), 'utf8'));
  const out = join(folder, 'light');
  const job = join(folder, 'job.json');
  const uniforms = {
    uSamples: [samples],
    uMatte: [pass.matte === true ? 1 : 0],
    uClosed: [pass.closed === true ? 1 : 0],
    uEye: photo.eye,
    uTarget: photo.target,
    uFocal: [photo.focal / 36],
    uLens: [photo.lens],
    uFocus: [photo.focus],
    ...photo.look,
  };
  await writeFile(job, JSON.stringify({ fragment: (await Promise.all(parts)).join('\n'), ...size, tile: 96, uniforms, out }));
  await electron(job);
  const bytes = await readFile(out);
  const count = size.width * size.height * 4;
  const layer = (n: number): Float32Array => new Float32Array(bytes.buffer, bytes.byteOffset + n * count * 4, count);
  return { ...size, light: layer(0), falling: layer(1), colour: layer(2), facing: layer(3) };
}

/** Runs gpu.mjs in Electron: ELECTRON_EXEC_PATH names the runtime; without a display it needs `xvfb-run` before the command. */
async function electron(job: string): Promise<void> {
  const runtime = process.env.ELECTRON_EXEC_PATH ?? 'electron';
  const flags = ['--no-sandbox', '--enable-unsafe-swiftshader', '--disable-gpu-watchdog', '--ignore-gpu-blocklist'];
  const child = spawn(runtime, [...flags, join(here, 'gpu.mjs'), job], { stdio: ['ignore', 'inherit', 'pipe'] });
  let said = '';
  child.stderr.on('data', (bytes: Buffer) => {
    said = (said + bytes.toString()).slice(-4000);
  });
  const code = await new Promise<number | null>((done) => child.on('close', done));
  if (code !== 0) throw new Error(`The renderer ended with ${code}.\n${said}`);
}
