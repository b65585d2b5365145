/**
 * Drawings (SVG) whose few bytes ask for more work than there is time: copies of copies, and noise of many octaves. The library that
 * draws them cannot be interrupted, so they are counted before it sees them.
 */
import { refuse } from '../problems.ts';
import { readRegularFile } from './regular-file.ts';

/** Elements to draw, copies included: about a second. Logos have tens, maps thousands. */
const MOST_ELEMENTS = 100_000;
/** Each octave is as much work as the first, and the ninth is finer than eight bits show. */
const MOST_OCTAVES = 16;
/** What is longer is not a logo. */
const LONGEST_BYTES = 20_000_000;

interface Group {
  readonly children: Group[];
  /** The id of the element that it shows once more; null: none. */
  readonly copy: string | null;
}

const TAG = /<(\/?)([A-Za-z][\w:.-]*)((?:"[^"]*"|'[^']*'|[^"'<>])*?)(\/?)>/g;
const OCTAVES = /\bnumOctaves\s*=\s*["']\s*(\d+)/g;

/** @throws DarkroomError drawing_too_complex; as readRegularFile does */
export async function checkDrawing(path: string): Promise<void> {
  const text = await readRegularFile(path, async (file, { size }) => {
    if (size > LONGEST_BYTES) throw refuse('drawing_too_complex', path);
    return (await file.readFile()).toString('utf8');
  });
  for (const [, octaves] of text.matchAll(OCTAVES)) if (Number(octaves) > MOST_OCTAVES) throw refuse('drawing_too_complex', path);
  if (elementsDrawn(text) > MOST_ELEMENTS) throw refuse('drawing_too_complex', path);
}

/** How many elements are drawn in all, with every copy of every copy. Copies in a circle count once: they are not drawn. */
export const elementsDrawn = (text: string): number => new Count(readGroups(text)).drawn();

/** Counting is work, too: what takes more steps than this is as good as endless. */
const MOST_STEPS = 5_000_000;
/** Copies of copies of copies, and so on. */
const MOST_DEEP = 500;

class Count {
  readonly #groups: ReturnType<typeof readGroups>;
  readonly #known = new Map<Group, number>();
  #stepsLeft = MOST_STEPS;

  constructor(groups: ReturnType<typeof readGroups>) {
    this.#groups = groups;
  }

  drawn(): number {
    return this.#of(this.#groups.root, 0);
  }

  #of(group: Group, depth: number): number {
    const before = this.#known.get(group);
    if (before !== undefined) return before;
    if (depth > MOST_DEEP) return Number.POSITIVE_INFINITY;
    this.#known.set(group, 0);
    let sum = 0;
    const inside = [group];
    // Without calls into each other: groups can lie in each other a million deep.
    for (let next = inside.pop(); next !== undefined; next = inside.pop()) {
      this.#stepsLeft -= 1;
      if (this.#stepsLeft < 0) return Number.POSITIVE_INFINITY;
      sum += 1;
      for (const child of next.children) inside.push(child);
      const target = next.copy === null ? undefined : this.#groups.named.get(next.copy);
      if (target !== undefined) sum += this.#of(target, depth + 1);
    }
    this.#known.set(group, sum);
    return sum;
  }
}

function readGroups(text: string): { readonly root: Group; readonly named: ReadonlyMap<string, Group> } {
  const root: Group = { children: [], copy: null };
  const named = new Map<string, Group>();
  const open = [root];
  for (const [, closing, name = '', attributes = '', empty] of text.matchAll(TAG)) {
    if (closing !== '') {
      if (open.length > 1) open.pop();
      continue;
    }
    const copy = /(?:^|:)use$/i.test(name) ? (/\bhref\s*=\s*["']\s*#([^"']+)/.exec(attributes)?.[1] ?? null) : null;
    const group: Group = { children: [], copy };
    const id = /\bid\s*=\s*["']([^"']+)/.exec(attributes)?.[1];
    if (id !== undefined) named.set(id, group);
    open.at(-1)?.children.push(group);
    if (empty === '') open.push(group);
  }
  return { root, named };
}
