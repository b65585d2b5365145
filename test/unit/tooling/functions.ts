/** Measures functions by their syntax, for the house rules. */
import ts from 'typescript-api';

export interface MeasuredFunction {
  /** As a reader would look for it: `cacheOn`, `Writer.#write`; a callback is named by what it stands in, `run > callback`. */
  readonly name: string;
  /** From its first line to its last, what is nested in it included. */
  readonly lines: number;
  readonly parameters: number;
}

/** Every function of a file, nested ones too. `path` says by its extension how the text is read. */
export function functionsIn(path: string, text: string): MeasuredFunction[] {
  const kind = path.endsWith('.tsx') ? ts.ScriptKind.TSX : path.endsWith('.ts') ? ts.ScriptKind.TS : ts.ScriptKind.JS;
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true, kind);
  const lineOf = (position: number): number => source.getLineAndCharacterOfPosition(position).line;
  const found: MeasuredFunction[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body !== undefined) {
      const lines = lineOf(node.getEnd()) - lineOf(node.getStart(source)) + 1;
      found.push({ name: nameOf(node), lines, parameters: node.parameters.length });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function nameOf(node: ts.Node): string {
  const owner = ownerOf(node);
  const own = ownNameOf(node);
  if (own === null) return owner === null ? 'callback' : `${owner} > callback`;
  const member = ts.isPropertyDeclaration(node.parent) ? node.parent : node;
  return ts.isClassLike(member.parent) ? `${member.parent.name?.text ?? 'class'}.${own}` : own;
}

/** The nearest named function around it. */
function ownerOf(node: ts.Node): string | null {
  for (let around = node.parent; around !== undefined; around = around.parent) {
    if (ts.isFunctionLike(around) && ownNameOf(around) !== null) return nameOf(around);
  }
  return null;
}

function ownNameOf(node: ts.Node): string | null {
  if (ts.isConstructorDeclaration(node)) return 'constructor';
  if ('name' in node && node.name !== undefined) return (node.name as ts.Node).getText();
  const { parent } = node;
  if (parent === undefined) return null;
  const isNamedByParent = ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent) || ts.isPropertyDeclaration(parent);
  return isNamedByParent ? parent.name.getText() : null;
}
