/** Small letters without accents, one kind of apostrophe: how words stand in the dictionaries. */
export function fold(word: string): string {
  const lower = word.toLowerCase();
  // most words are plain; taking accents apart costs ten times as much
  return /^[a-z'-]*$/.test(lower) ? lower : lower.normalize('NFD').replace(/\p{M}/gu, '').replace(/[’‘`]/g, "'").replace(/[‐‑]/g, '-');
}
