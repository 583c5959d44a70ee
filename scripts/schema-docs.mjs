/** What the sources say of the fields of documents: the docstrings of their types, by place, for JSON Schemas. */
import { readFileSync } from 'node:fs';
import ts from 'typescript';

const SOURCES = [
  'guard/guard',
  'definition/flow-definition',
  'conversation/conversation-document',
  'scenario/scenario',
  'fuzz/invariant',
];

/** A function from `StepDefinition`, `StepDefinition.gate` or `ToolSpec.http.url` to what the docstring there says. */
export function schemaDocs() {
  const docs = new Map();
  const bases = new Map();
  for (const source of SOURCES) {
    const url = new URL(`../src/flow/${source}.ts`, import.meta.url);
    const file = ts.createSourceFile(source, readFileSync(url, 'utf8'), ts.ScriptTarget.Latest, true);
    file.forEachChild((node) => {
      if (ts.isInterfaceDeclaration(node)) {
        add(node.name.text, docOf(node));
        members(node.members, node.name.text);
        const base = node.heritageClauses?.[0]?.types[0]?.expression.getText();
        if (base !== undefined) bases.set(node.name.text, base);
      } else if (ts.isTypeAliasDeclaration(node)) {
        add(node.name.text, docOf(node));
        visit(node.type, node.name.text);
      }
    });
  }
  return (path) => {
    const [owner, ...fields] = path.split('.');
    return (
      docs.get(path) ?? (bases.has(owner) ? docs.get([bases.get(owner), ...fields].join('.')) : undefined)
    );
  };

  function add(path, text) {
    if (text !== '' && !docs.has(path)) docs.set(path, text);
  }

  function members(nodes, path) {
    for (const member of nodes) {
      if (ts.isIndexSignatureDeclaration(member)) visit(member.type, path);
      if (!ts.isPropertySignature(member)) continue;
      const at = `${path}.${member.name.getText()}`;
      add(at, docOf(member));
      visit(member.type, at);
    }
  }

  function visit(type, path) {
    if (ts.isTypeLiteralNode(type)) members(type.members, path);
    else if (ts.isUnionTypeNode(type)) {
      let end = type.pos;
      for (const member of type.types) {
        // The comment stands before the bar, which no node owns.
        const before = type.getSourceFile().text.slice(end, member.getStart());
        const first = ts.isTypeLiteralNode(member) ? member.members[0]?.name?.getText() : undefined;
        const comment = before.match(/\/\*\*([\s\S]*?)\*\//g)?.at(-1);
        if (first !== undefined && comment !== undefined) {
          add(`${path}.${first}`, plain(comment.replace(/^\/\*\*|\*\/$/g, '').replace(/^\s*\* ?/gm, '')));
        }
        end = member.end;
        visit(member, path);
      }
    } else if (ts.isArrayTypeNode(type)) visit(type.elementType, path);
    else if (ts.isTypeOperatorNode(type) || ts.isParenthesizedTypeNode(type)) visit(type.type, path);
    else if (ts.isTypeReferenceNode(type)) for (const inner of type.typeArguments ?? []) visit(inner, path);
  }
}

function docOf(node) {
  const [doc] = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
  if (doc === undefined) return '';
  const fallback = doc.tags?.find((tag) => tag.tagName.text === 'default');
  const text = plain(ts.getTextOfJSDocComment(doc.comment) ?? '');
  if (fallback === undefined) return text;
  return `${text} Default: ${plain(ts.getTextOfJSDocComment(fallback.comment) ?? '')}.`.trim();
}

function plain(text) {
  return text
    .replace(/\{@link ([^}]*)\}/g, '$1')
    .replace(/\s*\(spec: [^)]*\)/g, '')
    .replace(/\s+/g, ' ')
    .trim();
}
