import type { MathNode } from 'mathjs';

/** A number with its derivation, so that a reader can check it: 224 = (3² × 3 + 1) × 8. */
export interface Quantity {
  /** In symbols, plain text: "(k² × c + 1) × f". */
  readonly formula: string;
  readonly formulaTex: string;
  /** With numbers in place of symbols: "(3² × 3 + 1) × 8". */
  readonly substitution: string;
  readonly substitutionTex: string;
  readonly value: number;
}

/**
 * Evaluates an expression in mathjs's syntax and keeps how it came about.
 * Throws an Error that names the symbol when `scope` does not define every symbol of the expression.
 */
export function quantity(expression: string, scope: Readonly<Record<string, number>> = {}): Quantity {
  // Loaded on first use: it takes a third of a second. The numbers-only build knows no units; in the full one a
  // forgotten `h` would be an hour and `b` a bit.
  const { parse, ConstantNode } = require('mathjs/number') as typeof import('mathjs/number');
  const symbolic = parse(expression);
  const numeric = symbolic.transform((node) =>
    isSymbol(node) && node.name in scope ? new ConstantNode(scope[node.name]!) : node,
  );
  return {
    formula: plain(symbolic),
    formulaTex: tex(symbolic),
    substitution: plain(numeric),
    substitutionTex: tex(numeric),
    value: Number(numeric.evaluate()),
  };
}

function plain(node: MathNode): string {
  const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹';
  return node
    .toString()
    .replace(/ \^ (\d)\b/g, (_, digit: string) => superscripts[Number(digit)]!)
    .replaceAll(' * ', ' × ')
    .replaceAll(' - ', ' − ');
}

function tex(node: MathNode): string {
  return node.toTex({ handler: symbolTex }).replaceAll('\\cdot', ' \\times ').replace(/ {2,}/g, ' ').trim();
}

/** "r_in" as r with the subscript "in". */
function symbolTex(node: MathNode): string | undefined {
  if (!isSymbol(node)) return undefined;
  const [base, subscript] = node.name.split('_');
  const head = base!.length > 1 ? `\\mathrm{${base}}` : base!;
  return subscript ? `${head}_{\\mathrm{${subscript}}}` : head;
}

function isSymbol(node: MathNode): node is MathNode & { name: string } {
  return node.type === 'SymbolNode';
}
