/** The form of a password that is checked and hashed, so that one password typed on two keyboards is one password. */
export const passwordText = (password: string): string => password.normalize('NFKC');
