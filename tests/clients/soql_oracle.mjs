// What soql-parser-js makes of queries: a JSON list of them on standard input, a JSON list of trees (or null where it
// refuses) on standard output. The trees are written as test_soql_oracle.py writes those of the emulated org.
import { text } from "node:stream/consumers";
import parser from "soql-parser-js";

const SEVERAL = new Set(["IN", "NOT IN", "INCLUDES", "EXCLUDES"]);

const squeezed = (written) => written.replace(/\s+/g, "").toLowerCase();

function expression(node) {
  if (node.fn) return squeezed(node.fn.rawValue);
  return squeezed(node.rawValue ?? node.field);
}

function selected(field) {
  if (field.type === "FieldSubquery") return { children: query(field.subquery) };
  if (field.type === "FieldTypeof") {
    const branches = field.conditions.map((one) => [one.objectType?.toLowerCase() ?? "else", one.fieldList.map(squeezed)]);
    return { typeof: [squeezed(field.field), branches] };
  }
  const alias = field.type === "FieldFunctionExpression" || field.alias ? field.alias : undefined;
  return [expression(field), alias?.toLowerCase() ?? null];
}

const KINDS = { STRING: "text", INTEGER: "number", DECIMAL: "number", DATE_LITERAL: "day", DATE_N_LITERAL: "day" };

function literal(written, type) {
  const kind = KINDS[type] ?? (/PREFIX$/.test(type) ? "currency" : type.toLowerCase());
  const shown = squeezed(String(written));
  if (kind === "number") return [kind, Number(shown)];
  if (kind === "text") return [kind, shown.replace(/^'|'$/g, "")];
  return kind === "boolean" || kind === "day" ? [kind, shown] : [kind];
}

function comparison(node) {
  const operator = node.operator.toUpperCase().replace("<>", "!=");
  const left = expression(node);
  if (node.valueQuery) return [left, operator, query(node.valueQuery)];
  const kinds = Array.isArray(node.literalType) ? node.literalType : null;
  const values = [node.value].flat().map((value, at) => literal(value, kinds ? kinds[at] : node.literalType));
  return [left, operator, SEVERAL.has(operator) ? values : values[0]];
}

// The parser keeps a condition as a chain whose links count their parentheses; this unrolls it to tokens.
function* unrolled(clause) {
  for (let link = clause; link; link = link.right) {
    if (link.left === null || !link.left.operator) {
      for (let opened = 0; opened < (link.left?.openParen ?? 0); opened++) yield "(";
      yield "NOT";
      continue;
    }
    for (let opened = 0; opened < (link.left.openParen ?? 0); opened++) yield "(";
    yield comparison(link.left);
    for (let closed = 0; closed < (link.left.closeParen ?? 0); closed++) yield ")";
    if (link.operator) yield link.operator.toUpperCase();
  }
}

function condition(clause) {
  if (!clause) return null;
  const tokens = [...unrolled(clause)];
  const chain = () => {
    const parts = [term()];
    let word = null;
    while (tokens[0] === "AND" || tokens[0] === "OR") {
      word = tokens.shift();
      parts.push(term());
    }
    return word ? flat(word, parts) : parts[0];
  };
  const term = () => {
    const token = tokens.shift();
    if (token === "NOT") return ["NOT", term()];
    if (token !== "(") return token;
    const inner = chain();
    tokens.shift();
    return inner;
  };
  return chain();
}

const flat = (word, parts) => [word, ...parts.flatMap((part) => (part[0] === word ? part.slice(1) : [part]))];

function grouping(query) {
  if (!query.groupBy) return null;
  const all = [query.groupBy].flat();
  const several = all.length === 1 && all[0].fn && /^(rollup|cube)$/i.exec(all[0].fn.functionName);
  if (!several) return ["PLAIN", all.map(expression)];
  return [several[0].toUpperCase(), all[0].fn.parameters.map((one) => squeezed(one.rawValue ?? one))];
}

function query(parsed) {
  const orderings = [parsed.orderBy ?? []].flat();
  return {
    from: [(parsed.sObject ?? parsed.relationshipName).toLowerCase(), parsed.sObjectAlias?.toLowerCase() ?? null],
    items: parsed.fields.map(selected),
    scope: parsed.usingScope?.toLowerCase() ?? null,
    where: condition(parsed.where),
    group: grouping(parsed),
    having: condition(parsed.having),
    order: orderings.map((one) => [expression(one), one.order === "DESC", one.nulls === "LAST"]),
    limit: parsed.limit ?? null,
    offset: parsed.offset ?? null,
    for: parsed.for ?? null,
    update: parsed.update ?? null,
  };
}

function tree(soql) {
  let parsed;
  try {
    parsed = parser.parseQuery(soql);
  } catch {
    return null;
  }
  return query(parsed);
}

const queries = JSON.parse(await text(process.stdin));
console.log(JSON.stringify(queries.map(tree)));
