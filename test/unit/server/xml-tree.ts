/** XML as a tree, for reading: elements with attributes and text. Throws where it is not well-formed. */
export interface Node {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Node[];
  readonly text: string;
}

type Open = { name: string; attributes: Record<string, string>; children: Node[]; text: string };

const TOKEN = /<\?[\s\S]*?\?>|<!--[\s\S]*?-->|<\/([\w:.-]+)\s*>|<([\w:.-]+)((?:\s+[\w:.-]+\s*=\s*"[^"<]*")*)\s*(\/?)>|([^<]+)/gy;
const plain = (text: string): string =>
  text.replaceAll(/&(\w+|#\d+);/g, (all, name: string) => {
    const known = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }[name];
    if (known !== undefined) return known;
    if (name.startsWith('#')) return String.fromCodePoint(Number(name.slice(1)));
    throw new Error(`${all} is no entity.`);
  });

export function treeOf(xml: string): Node {
  const root: Open = { name: '', attributes: {}, children: [], text: '' };
  const open: Open[] = [root];
  let read = 0;
  for (const [whole, end, start, given = '', empty, text] of xml.replace(/^\ufeff/, '').matchAll(TOKEN)) {
    read += whole.length;
    const inner = open.at(-1) ?? root;
    if (text !== undefined) inner.text += plain(text);
    else if (start !== undefined) {
      const pairs = [...given.matchAll(/([\w:.-]+)\s*=\s*"([^"]*)"/g)].map(([, name = '', value = '']) => [name, plain(value)]);
      const node: Open = { name: start, attributes: Object.fromEntries(pairs), children: [], text: '' };
      inner.children.push(node);
      if (empty !== '/') open.push(node);
    } else if (end !== undefined && open.pop()?.name !== end) throw new Error(`</${end}> closes what is not open.`);
  }
  const [only] = root.children;
  if (read !== xml.replace(/^\ufeff/, '').length || open.length !== 1 || only === undefined)
    throw new Error('That is not well-formed XML.');
  return only;
}

/** Every node at this path below, step by step: all(root, 'a/b/c'). */
export const all = (node: Node, path: string): readonly Node[] =>
  path.split('/').reduce<readonly Node[]>((nodes, name) => nodes.flatMap((n) => n.children.filter((c) => c.name === name)), [node]);

/** The text of the first node there, tidied; null where there is none or it is empty. */
export const textAt = (node: Node, path: string): string | null => all(node, path)[0]?.text.trim() || null;

/** Every node of this name, however deep. */
export const deep = (node: Node, name: string): readonly Node[] =>
  node.children.flatMap((child) => [...(child.name === name ? [child] : []), ...deep(child, name)]);
