import { Mail } from './mail.js';

/** Stands where no mail server is set. */
export class NoMail extends Mail {
  readonly isOn = false;

  async send(): Promise<void> {
    throw new Error('there is no mail server: ask isOn first');
  }

  async close(): Promise<void> {}
}
