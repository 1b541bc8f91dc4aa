const shortestRun = 4;
const keyboardRows = ['1234567890', 'qwertyuiop', 'asdfghjkl', 'zxcvbnm', 'qwertzuiop', 'yxcvbnm', 'azertyuiop', 'qsdfghjklm', 'wxcvbn'];

const neighbours = new Set(keyboardRows.flatMap((row) => [...row].slice(1).flatMap((key, index) => [`${row[index]}${key}`, `${key}${row[index]}`])));

function step(left: string, right: string): 'up' | 'down' | 'key' | null {
  const distance = (right.codePointAt(0) ?? 0) - (left.codePointAt(0) ?? 0);
  if (distance === 1 && /[\p{L}\p{N}]/u.test(right)) return 'up';
  if (distance === -1 && /[\p{L}\p{N}]/u.test(right)) return 'down';
  return neighbours.has(left + right) ? 'key' : null;
}

/** How many characters of a lower-case text stand in runs of at least four neighbours of alphabet, digits or keyboard. */
export function sequenceLength(text: string): number {
  const characters = [...text];
  let total = 0;
  let run = 1;
  const closeRun = () => {
    if (run >= shortestRun) total += run;
    run = 1;
  };
  for (let index = 1; index < characters.length; index += 1) {
    if (step(characters[index - 1] ?? '', characters[index] ?? '') === null) closeRun();
    else run += 1;
  }
  closeRun();
  return total;
}
