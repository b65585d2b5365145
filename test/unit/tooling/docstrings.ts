/** Finds the exported names that say nothing about themselves, for the house rules. */
import ts from 'typescript-api';

/**
 * The names that a file declares and exports, and has no docstring of, or an empty one: in their order. A name that a file only passes on from another
 * one is told there. Of several declarations of a name (overloads) one docstring is enough.
 */
export function undocumented(path: string, text: string): string[] {
  const kind = path.endsWith('.tsx') ? ts.ScriptKind.TSX : path.endsWith('.ts') ? ts.ScriptKind.TS : ts.ScriptKind.JS;
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true, kind);
  const listed = new Set(source.statements.flatMap(listedBy));
  const documented = new Map<string, boolean>();
  for (const statement of source.statements) {
    const exported = isExported(statement);
    for (const name of namesOf(statement))
      if (exported || listed.has(name)) documented.set(name, saysSomething(statement) || documented.get(name) === true);
  }
  return [...documented].filter(([, says]) => !says).map(([name]) => name);
}

/** The names of this file that `export { … }` lists. */
function listedBy(node: ts.Statement): string[] {
  const isList = ts.isExportDeclaration(node) && node.moduleSpecifier === undefined;
  if (!isList || node.exportClause === undefined || !ts.isNamedExports(node.exportClause)) return [];
  return node.exportClause.elements.map(({ name, propertyName }) => (propertyName ?? name).text);
}

const isExported = (node: ts.Statement): boolean =>
  ts.isExportAssignment(node) ||
  (ts.canHaveModifiers(node) && (ts.getModifiers(node) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword));

const saysSomething = (node: ts.Statement): boolean =>
  ts.getJSDocCommentsAndTags(node).some((doc) => ts.isJSDoc(doc) && (doc.comment !== undefined || (doc.tags?.length ?? 0) > 0));

function namesOf(node: ts.Statement): string[] {
  if (ts.isVariableStatement(node)) return node.declarationList.declarations.map(({ name }) => name.getText());
  if (ts.isFunctionDeclaration(node) || ts.isClassDeclaration(node)) return [node.name?.text ?? 'default'];
  if (ts.isExportAssignment(node)) return ['default'];
  return ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node) || ts.isEnumDeclaration(node) ? [node.name.text] : [];
}
