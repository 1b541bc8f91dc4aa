const width = 66;
const line = (text: string) => `│  ${text.padEnd(width - 2)}│`;

/** What is printed once when the first administrator's password was generated. */
export function firstAdministratorBox(email: string, password: string): string {
  const rule = '─'.repeat(width);
  return ['', `┌${rule}┐`, line('First administrator (shown only once; replaced at the first sign-in)'), line(''),
    line(`e-mail    ${email}`), line(`password  ${password}`), `└${rule}┘`, '', ''].join('\n');
}
