/** Finds where the text of a file or a row becomes a typed value unchecked, for the house rules. */
import ts from 'typescript-api';

/** Where the result of JSON.parse is cast, or used as if its type were known, instead of being handed to a schema or kept as `unknown`: the lines. */
export function uncheckedParses(path: string, text: string): number[] {
  const kind = path.endsWith('.tsx') ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true, kind);
  const found: number[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && node.expression.getText(source) === 'JSON.parse' && isUnchecked(node))
      found.push(source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function isUnchecked(call: ts.Expression): boolean {
  let value = call;
  while (ts.isParenthesizedExpression(value.parent) || ts.isNonNullExpression(value.parent)) value = value.parent;
  const { parent } = value;
  if (ts.isAsExpression(parent) || ts.isVariableDeclaration(parent)) return !isUnknown(parent.type);
  if (ts.isArrowFunction(parent) && parent.body === value) return parent.type !== undefined && !isUnknown(parent.type);
  return (ts.isPropertyAccessExpression(parent) || ts.isElementAccessExpression(parent)) && parent.expression === value;
}

const isUnknown = (type: ts.TypeNode | undefined): boolean => type?.kind === ts.SyntaxKind.UnknownKeyword;
