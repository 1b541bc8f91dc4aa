const digitsOf = (value: string): number[] => [...value].filter((letter) => letter >= '0' && letter <= '9').map(Number);

function luhnSum(digits: readonly number[]): number {
  let sum = 0;
  digits.forEach((digit, index) => {
    const doubled = (digits.length - index) % 2 === 0 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  });
  return sum;
}

/** Payment cards (13 to 19 digits) and IMEI: the last digit makes the Luhn sum a multiple of ten. */
export const isLuhn = (value: string): boolean => {
  const digits = digitsOf(value);
  return digits.length > 1 && luhnSum(digits) % 10 === 0;
};

/** National Provider Identifier: ten digits, Luhn with the prefix 80840. */
export const isNpi = (value: string): boolean => /^[12]\d{9}$/.test(value) && isLuhn(`80840${value}`);

/** Number of a prescriber at the Drug Enforcement Administration: two letters (or one and a 9) and seven digits. */
export function isDea(value: string): boolean {
  if (!/^[A-Z][A-Z9]\d{7}$/i.test(value)) return false;
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, check = 0] = digitsOf(value.slice(2));
  return (a + c + e + 2 * (b + d + f)) % 10 === check;
}

const vinWeights = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
const vinValues: Readonly<Record<string, number>> = {
  A: 1, B: 2, C: 3, D: 4, E: 5, F: 6, G: 7, H: 8, J: 1, K: 2, L: 3, M: 4, N: 5, P: 7, R: 9, S: 2, T: 3, U: 4, V: 5, W: 6, X: 7, Y: 8, Z: 9,
};

/** Vehicle identification number: 17 letters and digits, the ninth is the check. */
export function isVin(value: string): boolean {
  const vin = value.toUpperCase();
  if (!/^[A-HJ-NPR-Z0-9]{17}$/.test(vin)) return false;
  const sum = [...vin].reduce((total, letter, index) => total + (vinValues[letter] ?? Number(letter)) * (vinWeights[index] ?? 0), 0);
  return vin[8] === (sum % 11 === 10 ? 'X' : String(sum % 11));
}

/** International bank account number: remainder 1 by 97 after its first four characters move to the end. */
export function isIban(value: string): boolean {
  const iban = value.replace(/[\s-]/g, '').toUpperCase();
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]{8,30}$/.test(iban)) return false;
  let remainder = 0;
  for (const letter of iban.slice(4) + iban.slice(0, 4)) {
    const number = letter >= 'A' ? letter.charCodeAt(0) - 55 : Number(letter);
    remainder = (remainder * (number > 9 ? 100 : 10) + number) % 97;
  }
  return remainder === 1;
}

/** Routing number of a bank in the United States. */
export function isRoutingNumber(value: string): boolean {
  const digits = digitsOf(value);
  const sum = digits.reduce((total, digit, index) => total + digit * ([3, 7, 1][index % 3] ?? 1), 0);
  return digits.length === 9 && sum > 0 && sum % 10 === 0;
}

/** NHS number: ten digits, the last a check by eleven. */
export function isNhsNumber(value: string): boolean {
  const digits = digitsOf(value);
  if (digits.length !== 10) return false;
  const check = 11 - (digits.slice(0, 9).reduce((total, digit, index) => total + digit * (10 - index), 0) % 11);
  return check !== 10 && (check === 11 ? 0 : check) === digits[9];
}

/** Medicare beneficiary identifier: eleven characters whose places take letters or digits by a fixed pattern. */
export const isMedicareBeneficiary = (value: string): boolean => /^[1-9][A-Z][A-Z0-9]\d[A-Z][A-Z0-9]\d[A-Z]{2}\d{2}$/.test(value.replace(/[\s-]/g, '').toUpperCase());
