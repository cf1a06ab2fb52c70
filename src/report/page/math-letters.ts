/**
 * MathML whose letters have the style they ask for: browsers follow MathML Core, which knows `mathvariant="normal"` only and wants
 * other styles as characters of their own (Unicode's Mathematical Alphanumeric Symbols, U+1D400 to U+1D7FF).
 */
export const withStyledLetters = (mathml: string): string =>
  mathml.replace(
    /<(mi|mn|mtext) mathvariant="([a-z-]+)">([^<]*)<\//g,
    (whole, tag: string, variant: string, text: string) => {
      const style = STYLES[variant];
      return style === undefined
        ? whole
        : `<${tag} mathvariant="normal">${[...text].map((c) => styled(c, style)).join('')}</`;
    },
  );

/** Where the capital A, the small a and the digit 0 of a style are; no digits where it has none. */
type Style = readonly [capitals: number, small: number, digits?: number];

const STYLES: Readonly<Record<string, Style>> = {
  bold: [0x1d400, 0x1d41a, 0x1d7ce],
  italic: [0x1d434, 0x1d44e],
  'bold-italic': [0x1d468, 0x1d482],
  script: [0x1d49c, 0x1d4b6],
  fraktur: [0x1d504, 0x1d51e],
  'double-struck': [0x1d538, 0x1d552, 0x1d7d8],
  'sans-serif': [0x1d5a0, 0x1d5ba, 0x1d7e2],
  monospace: [0x1d670, 0x1d68a, 0x1d7f6],
};

/** Letters that Unicode had before it gave each style a row of its own. */
const ELSEWHERE: Readonly<Record<number, string>> = {
  ...{ 119893: 'ℎ', 119965: 'ℬ', 119968: 'ℰ', 119969: 'ℱ', 119971: 'ℋ', 119972: 'ℐ', 119975: 'ℒ' },
  ...{ 119976: 'ℳ', 119981: 'ℛ', 119994: 'ℯ', 119996: 'ℊ', 120004: 'ℴ', 120070: 'ℭ', 120075: 'ℌ' },
  ...{ 120076: 'ℑ', 120085: 'ℜ', 120093: 'ℨ', 120122: 'ℂ', 120127: 'ℍ', 120133: 'ℕ', 120135: 'ℙ' },
  ...{ 120136: 'ℚ', 120137: 'ℝ', 120145: 'ℤ' },
};

function styled(character: string, [capitals, small, digits]: Style): string {
  const code = character.codePointAt(0)!;
  const at = (first: string, base: number | undefined) => {
    const point = base === undefined ? code : base + code - first.codePointAt(0)!;
    return ELSEWHERE[point] ?? String.fromCodePoint(point);
  };
  if (/[A-Z]/.test(character)) return at('A', capitals);
  if (/[a-z]/.test(character)) return at('a', small);
  return /[0-9]/.test(character) ? at('0', digits) : character;
}
