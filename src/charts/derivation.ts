import type { ConstantNode, MathNode } from 'mathjs';
import { WhyconvError } from '../base/errors.js';
// Not from the room's index, which would load the engine.
import { type LayerArithmetic, modelArithmetic } from '../models/arithmetic.js';
import { type Formula, type LayerCount, layerFormulas } from '../models/formulas.js';
import type { ModelSpec } from '../models/spec.js';

/** A count as a reader can check it: (k² c + 1) f = (3² · 3 + 1) · 8 = 224. */
export interface Derivation {
  /** In symbols. */
  readonly formulaTex: string;
  /** With numbers in place of the symbols. */
  readonly substitutionTex: string;
  readonly value: number;
}

/** Relative difference that the order of floating-point operations may make. */
const ROUNDING = 1e-12;

/** A layer with the derivation of each of its counts. */
export type DerivedLayer = Omit<LayerArithmetic, LayerCount> & Readonly<Record<LayerCount, Derivation>>;

/**
 * The arithmetic of a model, layer by layer, each count derived by mathjs from its formula.
 * @throws WhyconvError if a formula and the count disagree
 */
export function derivedArithmetic(spec: ModelSpec): DerivedLayer[] {
  const formulas = layerFormulas(spec);
  return modelArithmetic(spec).map((layer, i) => {
    const derived = (count: LayerCount) => derivation(formulas[i]![count], layer[count]);
    return {
      ...layer,
      parameters: derived('parameters'),
      flops: derived('flops'),
      activationBytes: derived('activationBytes'),
      receptiveField: derived('receptiveField'),
    };
  });
}

/**
 * Evaluates and typesets a formula with mathjs, and checks it against the same figure counted without it.
 *
 * @throws WhyconvError if the two disagree
 * @throws Error naming the symbol that the formula does not define
 */
export function derivation({ expression, symbols }: Formula, counted: number): Derivation {
  // Loaded on first use: it takes a third of a second. The numbers-only build knows no units; in the full one an
  // undefined `h` would be an hour and `b` a bit.
  const { parse, ConstantNode } = require('mathjs/number') as typeof import('mathjs/number');
  const symbolic = parse(expression);
  const numeric = symbolic.transform((node) =>
    isSymbol(node) && node.name in symbols ? new ConstantNode(symbols[node.name]!) : node,
  );
  const value = Number(numeric.evaluate());
  if (!(Math.abs(value - counted) <= ROUNDING * Math.abs(counted))) {
    throw new WhyconvError({
      what: 'a formula and the count it explains disagree',
      where: expression,
      found: `${numeric.toString()} = ${value}`,
      expected: `the counted ${counted}`,
      remedy: 'fix whichever of the two is wrong',
    });
  }
  return { formulaTex: tex(symbolic), substitutionTex: tex(numeric), value };
}

function tex(node: MathNode): string {
  return node.toTex({ handler: leafTex }).replaceAll('\\cdot', ' \\times ').replace(/ {2,}/g, ' ').trim();
}

/** "r_in" as r with the subscript "in"; numbers with all their digits, where mathjs would write powers of ten. */
function leafTex(node: MathNode): string | undefined {
  if (node.type === 'ConstantNode') return String((node as ConstantNode).value);
  if (!isSymbol(node)) return undefined;
  const [base, subscript] = node.name.split('_');
  const head = base!.length > 1 ? `\\mathrm{${base}}` : base!;
  return subscript ? `${head}_{\\mathrm{${subscript}}}` : head;
}

function isSymbol(node: MathNode): node is MathNode & { name: string } {
  return node.type === 'SymbolNode';
}
