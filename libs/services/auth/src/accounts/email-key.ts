/** Two spellings of one address have one key. */
export const emailKeyOf = (email: string): string => email.trim().normalize('NFKC').toLowerCase();
