/**
 * Pictures that were charged and could not be put where they belong: each is told once, with what can be done, and never again after
 * it was read. Kept in a file of its own, because it has to outlive every database.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { operationId } from '../../shared/credits/codec/quantities.ts';
import type { OpId } from '../../shared/credits/model/quantities.ts';
import { replaceFile } from '../storage/replace-file.ts';
import type { World } from '../world.ts';

const paidCase = z.object({
  /** The operation that was charged; also the case's id. */
  opId: operationId,
  /** `lost`: there is no picture, and the charge can be asked back. `outside`: it is there, only not in the library. */
  kind: z.enum(['lost', 'outside']),
  photoName: z.string(),
  /** What was charged and when, as people read it: "1 credit". */
  charged: z.string(),
  /** Where the picture lies; null: nowhere. */
  path: z.string().nullable(),
  message: z.string(),
  told: z.boolean(),
});
/** Something that was charged and is not where it belongs, to be told to the user. */
export type PaidCase = z.infer<typeof paidCase>;

const FILE = 'paid-cases.json';

/** The cases of this machine, kept on disk. */
export class Cases {
  readonly #path: string;
  readonly #world: Pick<World, 'log'>;
  readonly #changed: () => void;
  readonly #cases: Map<OpId, PaidCase>;

  /** @param changed called when there is something new to tell, or less */
  constructor(dataFolder: string, world: Pick<World, 'log'>, changed: () => void) {
    this.#path = join(dataFolder, FILE);
    this.#world = world;
    this.#changed = changed;
    this.#cases = new Map(read(this.#path).map((each) => [each.opId, each]));
  }

  /** Opens a case, once for each operation. */
  open(found: Omit<PaidCase, 'told' | 'message'>): void {
    if (this.#cases.has(found.opId)) return;
    this.#world.log('charged, and not delivered as it should be', { opId: found.opId, kind: found.kind });
    this.#keep({ ...found, message: sentenceFor(found), told: false });
  }

  /** Whether there is or was a case about this operation. */
  has(opId: OpId): boolean {
    return this.#cases.has(opId);
  }

  /** Oldest first; those that were not read yet. */
  list(): PaidCase[] {
    return [...this.#cases.values()].filter(({ told }) => !told);
  }

  /** Read: not told again. */
  dismiss(opId: OpId): void {
    const known = this.#cases.get(opId);
    if (known !== undefined && !known.told) this.#keep({ ...known, told: true });
  }

  #keep(one: PaidCase): void {
    this.#cases.set(one.opId, one);
    try {
      replaceFile(this.#path, `${JSON.stringify([...this.#cases.values()], null, 1)}\n`);
    } catch (error) {
      // It is found again, and told again, at the next start.
      this.#world.log('a case of paid work could not be kept', { error: String(error) });
    }
    this.#changed();
  }
}

/** Nothing when it cannot be read: then what is found again is told once more. */
function read(path: string): PaidCase[] {
  try {
    return z.array(paidCase).parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return [];
  }
}

const sentenceFor = ({ opId, kind, photoName, charged, path }: Omit<PaidCase, 'told' | 'message'>): string =>
  kind === 'outside'
    ? `The finished ${photoName} is paid for (${charged}) and lies at ${path}. It could not be put into the library, because the photo is not known there any more. Nothing more is charged. Copy it to where you need it.`
    : `${photoName} was charged (${charged}), and its picture is not on this computer any more and cannot be made again. Nothing more is charged. Ask support to give the charge back: operation ${opId}.`;
