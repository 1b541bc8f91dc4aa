/** Tokens longer than this are cut: nobody searches for them, and an index entry has a size limit. */
export const longestToken = 64;

/** Scripts whose vowel marks or accents are optional in writing, so that they must not decide a match. */
const optionalMarks = /([\p{Script=Latin}\p{Script=Greek}\p{Script=Arabic}\p{Script=Hebrew}])\p{Mn}+/gu;
const softHyphensAndJoiners = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\u0640\ufeff]/gu;
const apostrophes = /[\u2018\u2019\u02bc\u0060\u00b4]/gu;

/** One writing of what readers take for the same text: compatibility forms, case, accents, direction marks. */
export function foldText(text: string): string {
  return text
    .replace(apostrophes, "'") // before NFKC, which would turn the acute accent into a space
    .normalize('NFKC')
    .toLowerCase()
    .replace(softHyphensAndJoiners, '')
    .normalize('NFD')
    .replace(optionalMarks, '$1')
    .normalize('NFC')
    .replace(/ß/gu, 'ss')
    .replace(/ς/gu, 'σ')
    .replace(/[٠-٩۰-۹]/gu, (digit) => String(digit.charCodeAt(0) & 0xf));
}

const unspaced = '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}ー々';
const pieces = new RegExp(
  // a number with its separators | a run of a script without spaces | a word, apostrophes inside allowed
  `(?<number>\\p{Nd}+(?:[.,]\\p{Nd}+)*)|(?<run>[${unspaced}][${unspaced}\\p{M}]*)|(?<word>\\p{L}(?:(?![${unspaced}])[\\p{L}\\p{M}\\p{N}]|'(?=\\p{L}))*)`,
  'gu',
);
const greekLetters: ReadonlyMap<string, string> = new Map(
  Object.entries({
    α: 'alpha', β: 'beta', γ: 'gamma', δ: 'delta', ε: 'epsilon', ζ: 'zeta', η: 'eta', θ: 'theta', ι: 'iota', κ: 'kappa', λ: 'lambda', μ: 'mu',
    ν: 'nu', ξ: 'xi', ο: 'omicron', π: 'pi', ρ: 'rho', σ: 'sigma', τ: 'tau', υ: 'upsilon', φ: 'phi', χ: 'chi', ψ: 'psi', ω: 'omega',
  }),
);
/** Names of genes, drugs and vitamins are written both ways: `IL-6` and `IL6`, `miR-25` and `miR25`. */
const letterMeetsDigit = /(?<=\p{Nd})(?!\p{Nd})|(?<!\p{Nd})(?=\p{Nd})/u;
const microUnit = /^(?:μ|mc)(?=(?:g|l|m|mol|iu)$)/u;

/** Characters and neighbouring pairs: what a search in a script without spaces can rely on without a dictionary. */
function pairs(run: string): string[] {
  const letters = run.match(/[^\p{M}]\p{M}*/gu) ?? [];
  return letters.flatMap((letter, position) => {
    const next = letters[position + 1];
    return next === undefined ? [letter] : [letter, letter + next];
  });
}

function numberToken(written: string): string {
  // 1,000 is a thousand and 1,5 is one and a half; a dot is kept as it stands (3.5, 10.1038)
  return /^\d{1,3}(?:,\d{3})+(?:\.\d+)?$/u.test(written) ? written.replaceAll(',', '') : written.replaceAll(',', '.');
}

function wordTokens(word: string): string[] {
  const plain = word.replace(/'s?$/u, '').replaceAll("'", '');
  const alone = greekLetters.get(plain);
  if (alone) return [alone];
  return plain.replace(microUnit, 'u').split(letterMeetsDigit);
}

/** Never through the middle of a character. */
function cut(token: string): string {
  return token.length <= longestToken ? token : token.slice(0, longestToken).replace(/[\ud800-\udbff]$/u, '');
}

/**
 * Splits text into folded tokens in reading order. Hyphens separate, decimal points and digit groups do not, a
 * single Greek letter becomes its name, µg and mcg become ug, a script
 * without spaces yields characters and pairs, letters and digits are parted (`IL6` = `IL-6`, `5mg` = `5 mg`). Total: any string is accepted, tokens are never empty.
 */
export function tokenise(text: string): string[] {
  const tokens: string[] = [];
  for (const { groups } of foldText(text).matchAll(pieces)) {
    const { number, run, word } = groups as Record<'number' | 'run' | 'word', string | undefined>; // the three named groups above
    if (number !== undefined) tokens.push(numberToken(number));
    else if (run !== undefined) for (const pair of pairs(run)) tokens.push(pair);
    else if (word !== undefined) for (const token of wordTokens(word)) tokens.push(token);
  }
  return tokens.filter((token) => token !== '').map(cut);
}
