/** Small letters without accents, one kind of apostrophe: how words stand in the dictionaries. */
export function fold(word: string): string {
  for (let at = 0; at < word.length; at += 1) {
    const code = word.charCodeAt(at);
    // most words are plain; taking accents apart costs ten times as much
    if (code > 127) return foldAccents(word);
    if (code < 97 && code !== 39 && code !== 45) return foldPlain(word);
  }
  return word;
}

function foldPlain(word: string): string {
  const lower = word.toLowerCase();
  return /[^a-z'-]/.test(lower) ? foldAccents(lower) : lower;
}

const foldAccents = (word: string): string => word.toLowerCase().normalize('NFD').replace(/[\u0300-\u036f]/g, '').replace(/[’‘`]/g, "'").replace(/[‐‑]/g, '-');
