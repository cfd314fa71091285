import ts from 'typescript';

/** Texts in source code that a user may read: string literals and JSX texts of three words and more. */
export function messagesOf(path, source) {
  const file = ts.createSourceFile(path, source, ts.ScriptTarget.Latest, true);
  const messages = [];
  const visit = (node) => {
    if (ts.isImportDeclaration(node)) return;
    const text = textOf(node) ?? (ts.isJsxText(node) ? node.text : undefined);
    if (text !== undefined && isProse(text)) {
      const { line } = file.getLineAndCharacterOfPosition(node.getStart());
      messages.push({ text: text.replace(/\s+/g, ' ').trim(), line: line + 1 });
    }
    // Parts of a text that is put together are read in it. Expressions in it may hold others.
    ts.forEachChild(node, (child) => {
      if (text === undefined || textOf(child) === undefined) visit(child);
    });
  };
  visit(file);
  return messages;
}

/** The text of a literal, or of literals that are added up, with `x` for each expression. */
function textOf(node) {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isTemplateExpression(node)) {
    return node.head.text + node.templateSpans.map(({ literal }) => `x${literal.text}`).join('');
  }
  if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.PlusToken) return undefined;
  const [left, right] = [textOf(node.left), textOf(node.right)];
  return left === undefined && right === undefined ? undefined : (left ?? 'x') + (right ?? 'x');
}

function isProse(text) {
  return text.split(/\s+/).filter((word) => /^[a-z]{2,}[.,:;]?$/i.test(word)).length >= 3;
}
