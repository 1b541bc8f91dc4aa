export interface MailMessage {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** The same for every attempt, so that a mail server that had it already can tell. */
  readonly messageId: string;
}

/** The mail server said for good that it does not take this message. */
export class MailRefused extends Error {
  constructor(readonly responseCode: number) {
    super(`the mail server refused the message with ${responseCode}`);
    this.name = 'MailRefused';
  }
}

/** Sends mail. */
export abstract class Mail {
  /** Whether there is a mail server at all; without one nothing may be sent. */
  abstract readonly isOn: boolean;

  /** Resolves when the mail server has taken the message; rejects with `MailRefused`, or with what may pass. */
  abstract send(message: MailMessage): Promise<void>;

  abstract close(): Promise<void>;
}
