/** The user's own network: recognised, tried, used and left again; what is no network, or means no good, changes nothing. */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, describe, expect, test } from 'vitest';
import { Model, NetworkReplaced } from '../../../electron/darkroom/matte/model.ts';
import { bytesOf, type Field, fields, message, varintField, writeFields } from '../../../electron/darkroom/matte/model-protobuf.mjs';
import { GRAPH, MODEL, NODE, TENSOR, TYPE } from '../../../electron/darkroom/matte/onnx-fields.mjs';
import { planesOf } from '../../../electron/darkroom/matte/own-network.ts';
import { LocalDarkroom } from '../../../electron/darkroom/process/darkroom.ts';
import type { Stroke } from '../../../shared/edit/recipe.ts';
import { type Looks, looks, networkAnswering, networkFindingCar, sampleMatte, withLicence } from './own-networks.ts';
import { picture, teapot, temporaryFolder } from './scenes.ts';

const open: LocalDarkroom[] = [];
afterEach(async () => {
  for (const room of open.splice(0)) await room.close();
});

/** A machine on which Backlot's own network is not there, and a file of somebody's. @param modelDir given: another Backlot on the same machine */
function machine(modelDir = temporaryFolder()) {
  const folder = temporaryFolder();
  const room = new LocalDarkroom({ modelDir, threads: 2 });
  open.push(room);
  const use = (network: Uint8Array, licence: string | null = 'MIT', name = 'mine.onnx') => {
    const path = join(folder, name);
    writeFileSync(path, network);
    return room.network({ wish: 'use', path, licence });
  };
  const show = () => room.network({ wish: 'show', path: '', licence: null });
  const leave = () => room.network({ wish: 'leave', path: '', licence: null });
  return { modelDir, folder, room, use, show, leave };
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe('a network of one of the families', () => {
  test.each(['U2-Net', 'ISNet', 'BiRefNet', 'InSPyReNet'] as const)('%s is recognised, tried, and used', async (name) => {
    const { modelDir, use, show } = machine();
    const network = await networkFindingCar(name);
    const answer = await use(network);
    expect(answer).toMatchObject({
      ok: true,
      value: {
        kind: 'own',
        own: { name: 'mine.onnx', family: name, licence: 'MIT', sha256: sha256(network), bytes: network.length, timesAsLong: null },
      },
    });
    expect(answer.ok && answer.value.kind === 'own' ? answer.value.own.iou : 0).toBeGreaterThan(0.95);
    expect(await show()).toEqual(answer);
    expect(readdirSync(modelDir).sort()).toEqual([`own-${sha256(network)}.onnx`, 'own.json']);
  });

  test('colours become numbers as the families were trained with', () => {
    const black = planesOf([0, 0, 0], { mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] });
    expect([...black]).toEqual([-2.1179, -2.0357, -1.8044].map((value) => expect.closeTo(value, 3)));
    const pixels = planesOf([255, 0, 51, 0, 255, 102], { mean: [0.5, 0.5, 0.5], deviation: [1, 1, 1] });
    expect([...pixels]).toEqual([0.5, -0.5, -0.5, 0.5, -0.3, -0.1].map((value) => expect.closeTo(value, 5)));
  });

  test('its licence is the one that the file carries; else the user names it, and without one it is not used', async () => {
    const { use, show } = machine();
    const network = await networkFindingCar('U2-Net');
    expect(await use(withLicence(network, 'Apache-2.0'), 'MIT')).toMatchObject({ ok: true, value: { own: { licence: 'Apache-2.0' } } });
    const before = await show();
    for (const named of [null, '', '  '])
      expect(await use(network, named)).toMatchObject({ ok: false, error: { code: 'own_network_licence' } });
    expect(await show()).toEqual(before);
  });

  test('another takes its place; leaving goes back, and nothing of it stays', async () => {
    const { modelDir, use, show, leave } = machine();
    await use(await networkFindingCar('U2-Net'));
    expect(await use(await networkFindingCar('InSPyReNet'))).toMatchObject({ value: { own: { family: 'InSPyReNet' } } });
    expect(readdirSync(modelDir)).toHaveLength(2);
    expect(await leave()).toEqual({ ok: true, value: { kind: 'none' } });
    expect(await show()).toEqual({ ok: true, value: { kind: 'none' } });
    expect(readdirSync(modelDir)).toEqual([]);
  });

  test('a file that was changed after it was tried is not run', async () => {
    const { modelDir, folder, room, use } = machine();
    const network = await networkFindingCar('U2-Net');
    await use(network);
    await room.close();
    const path = join(modelDir, `own-${sha256(network)}.onnx`);
    const other = Buffer.from(readFileSync(path));
    other.writeUInt8((other[other.length - 200] ?? 0) ^ 1, other.length - 200);
    writeFileSync(path, other);
    const again = new LocalDarkroom({ modelDir, threads: 2 });
    open.push(again);
    const photo = join(folder, 'pot.jpg');
    await picture(await teapot(300, 200))
      .jpeg()
      .toFile(photo);
    const made = await again.prepare({ photoId: 'P', path: photo, folder, strokes: [], quality: 'quick' });
    expect(made).toMatchObject({ ok: false, error: { code: 'own_network_failed' } });
  });
});

describe('what a network made', () => {
  /** Answers a disc, and the car of the sample beside it, which is why it is taken in. */
  async function withDisc(x: number): Promise<Buffer> {
    const { side } = looks['U2-Net'];
    const matte = (await sampleMatte(side)).slice();
    for (let i = 0; i < matte.length; i++) if (Math.hypot((i % side) - x * side, Math.floor(i / side) - 0.1 * side) < 12) matte[i] = 255;
    return networkAnswering(matte, looks['U2-Net']);
  }

  /** Makes the cut-out of one photo, with a stroke beside both discs, and says where it is opaque. */
  async function pot({ folder, room }: Pick<ReturnType<typeof machine>, 'folder' | 'room'>) {
    const photo = join(folder, 'pot.jpg');
    await picture(await teapot(450, 300))
      .jpeg()
      .toFile(photo);
    const stroke: Stroke = { mode: 'keep', radius: 0.04, hardness: 1, points: [[0.5, 0.06]] };
    return async () => {
      const made = await room.prepare({ photoId: 'P', path: photo, folder, strokes: [stroke], quality: 'quick' });
      if (!made.ok) throw new Error(made.error.message);
      const { data, info } = await sharp(made.value.cutoutPath).raw().toBuffer({ resolveWithObject: true });
      const alphaAt = (x: number, y: number) => data[4 * (Math.floor(y * info.height) * info.width + Math.floor(x * info.width)) + 3];
      return { revision: made.value.matteRevision, left: alphaAt(0.08, 0.1), right: alphaAt(0.92, 0.1), stroke: alphaAt(0.5, 0.06) };
    };
  }

  test('is found again under that network alone; strokes are drawn on what any of them made', async () => {
    const { folder, room, use } = machine();
    const prepared = await pot({ folder, room });
    await use(await withDisc(0.08));
    const first = await prepared();
    expect(first).toMatchObject({ left: 255, right: 0, stroke: 255 });
    await use(await withDisc(0.92));
    const second = await prepared();
    expect(second).toMatchObject({ left: 0, right: 255, stroke: 255 });
    expect(second.revision).not.toBe(first.revision);
    await use(await withDisc(0.08));
    expect(await prepared()).toEqual(first);
  });

  test('is made anew when another Backlot on this machine decides on another network, without a restart', async () => {
    const here = machine();
    const elsewhere = machine(here.modelDir);
    const prepared = await pot(here);
    await here.use(await withDisc(0.08));
    expect(await prepared()).toMatchObject({ left: 255, right: 0 });
    const used = await elsewhere.use(await withDisc(0.92));
    expect(await here.show()).toEqual(used);
    expect(await prepared()).toMatchObject({ left: 0, right: 255, stroke: 255 });
    await elsewhere.leave();
    expect(await here.show()).toEqual({ ok: true, value: { kind: 'none' } });
    expect(readdirSync(here.modelDir)).toEqual([]);
  });

  test('is never kept under the name of another: work that is under way when the network changes begins again', async () => {
    const { modelDir, use, leave } = machine();
    await use(await withDisc(0.08));
    const model = new Model({ modelDir, threads: 2 });
    const square = { data: new Uint8Array(3 * 512 * 512), width: 512, height: 512 };
    const before = await model.fingerprint();
    expect(await model.matte(512, square, before)).toHaveLength(512 * 512);
    await use(await withDisc(0.92));
    // Two that asked under the old name: neither may be answered by the new network.
    const asked = [model.matte(512, square, before), model.matte(512, square, before)];
    for (const answer of await Promise.allSettled(asked))
      expect(answer).toMatchObject({ status: 'rejected', reason: expect.any(NetworkReplaced) });
    const matte = await model.matte(512, square, await model.fingerprint());
    const at = (x: number) => matte[Math.floor(0.1 * 512) * 512 + Math.floor(x * 512)];
    expect([at(0.08), at(0.92)]).toEqual([0, 255]);
    await leave();
    await expect(model.matte(512, square, before)).rejects.toMatchObject({ problem: { code: 'model_missing' } });
    await model.close();
  });
});

/** The parts of a network's graph changed, the rest as it was. */
const regraphed = (network: Buffer, change: (graph: readonly Field[]) => readonly Field[]): Buffer =>
  writeFields(
    fields(network).map((field) =>
      field.number === MODEL.graph ? message(MODEL.graph, writeFields(change(fields(bytesOf(field))))) : field,
    ),
  );

const outside = message(
  GRAPH.initializer,
  writeFields([
    varintField(TENSOR.dims, 1n),
    varintField(TENSOR.dataType, BigInt(TYPE.float)),
    message(TENSOR.name, Buffer.from('far')),
    message(TENSOR.externalData, writeFields([message(1, Buffer.from('location')), message(2, Buffer.from('../../../etc/passwd'))])),
    varintField(TENSOR.dataLocation, 1n),
  ]),
);
const foreign = (field: Field): Field =>
  field.number === GRAPH.node
    ? message(
        GRAPH.node,
        writeFields([...fields(bytesOf(field)), message(NODE.domain, Buffer.from('')), message(NODE.domain, Buffer.from('evil.ops'))]),
      )
    : field;
const U2NET = looks['U2-Net'];
const looking = (changes: Partial<Looks>): Buffer => {
  const seen = { ...U2NET, ...changes };
  return networkAnswering(new Uint8Array(seen.side ** 2), seen);
};

const refused: readonly (readonly [what: string, make: () => Promise<Buffer>, code: string, says: RegExp])[] = [
  ['a text', async () => Buffer.from('This is no network at all, but a letter.'), 'own_network_refused', /is not an ONNX file/],
  ['an empty file', async () => Buffer.alloc(0), 'own_network_refused', /is not an ONNX file/],
  ['one that ends early', async () => (await networkFindingCar('U2-Net')).subarray(0, 5000), 'own_network_refused', /is damaged/],
  [
    'two graphs in one',
    async () => Buffer.concat([await networkFindingCar('U2-Net'), await networkFindingCar('U2-Net')]),
    'own_network_refused',
    /damaged/,
  ],
  [
    'weights elsewhere',
    async () => regraphed(await networkFindingCar('U2-Net'), (g) => [...g, outside]),
    'own_network_refused',
    /in another file/,
  ],
  [
    'foreign operators',
    async () => regraphed(await networkFindingCar('U2-Net'), (g) => g.map(foreign)),
    'own_network_refused',
    /not part of ONNX \(Conv\)/,
  ],
  ['another size than any family', async () => looking({ side: 480, answers: 1 }), 'own_network_refused', /480 pixels a side/],
  ['a size that is no multiple', async () => looking({ side: 300 }), 'own_network_refused', /300 pixels a side; 128 to 2048/],
  ['one that finds nothing', async () => looking({}), 'own_network_unfit', /found 0 % of the car/],
  [
    'weights that are missing',
    async () => regraphed(await networkFindingCar('U2-Net'), (graph) => graph.filter(({ number }) => number !== GRAPH.initializer)),
    'own_network_unfit',
    /does not run here/,
  ],
];

describe('a file that cannot be used is refused in a sentence, and nothing changes', () => {
  test.each(refused)('%s', async (_what, make, code, says) => {
    const { modelDir, use, show } = machine();
    await use(await networkFindingCar('InSPyReNet'), 'MIT', 'good.onnx');
    const [before, there] = [await show(), readdirSync(modelDir).sort()];
    const answer = await use(await make(), 'MIT', 'bad.onnx');
    expect(answer).toMatchObject({ ok: false, error: { code, file: 'bad.onnx' } });
    const message = answer.ok ? '' : answer.error.message;
    expect(message).toMatch(says);
    expect(message).toContain('othing was changed');
    expect(await show()).toEqual(before);
    expect(readdirSync(modelDir).sort()).toEqual(there);
  });

  test('one that is enormous, a folder, and one that is not there', async () => {
    const { folder, room, show } = machine();
    const wish = (name: string) => room.network({ wish: 'use', path: join(folder, name), licence: 'MIT' });
    writeFileSync(join(folder, 'huge.onnx'), '');
    truncateSync(join(folder, 'huge.onnx'), 3_000_000_000);
    mkdirSync(join(folder, 'folder.onnx'));
    expect(await wish('huge.onnx')).toMatchObject({
      ok: false,
      error: { code: 'own_network_refused', message: expect.stringContaining('larger than 1.5 GB') },
    });
    expect(await wish('folder.onnx')).toMatchObject({ ok: false, error: { code: 'own_network_unreadable' } });
    expect(await wish('gone.onnx')).toMatchObject({ ok: false, error: { code: 'own_network_unreadable' } });
    expect(await show()).toEqual({ ok: true, value: { kind: 'none' } });
  });
});
