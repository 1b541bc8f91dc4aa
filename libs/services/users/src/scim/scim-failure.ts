import { scimErrors, type ScimErrorCode } from '@voiceassist/contracts';
import { AppError } from '@voiceassist/kit';

/** A failure that every SCIM operation declares. */
export const scimFailure = (code: ScimErrorCode, message: string): AppError => new AppError(code, scimErrors[code], message);
