/** A document that cannot be read however often it is tried, for another reason than its text. */
export class IngestionStopped extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = 'IngestionStopped';
  }
}
