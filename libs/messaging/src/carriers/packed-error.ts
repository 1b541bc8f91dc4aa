import { commonErrors, errorKinds, type CallableContract, type CommonErrorCode, type ErrorKind } from '@voiceassist/contracts';
import { AppError, commonFailure } from '@voiceassist/kit';
import { z } from 'zod';

const kinds = Object.keys(errorKinds) as [ErrorKind, ...ErrorKind[]];

/** A failure as it travels. */
export const PackedError = z.object({
  code: z.string(),
  kind: z.enum(kinds),
  message: z.string(),
  details: z.unknown().optional(),
  field: z.string().optional(),
});
export type PackedError = z.infer<typeof PackedError>;

export function packError({ code, kind, message, details, field }: AppError): PackedError {
  return { code, kind, message, details, field };
}

/** Rebuilds the failure at the caller; what cannot be read is INTERNAL. */
export function unpackError(packed: unknown): AppError {
  const read = PackedError.safeParse(packed);
  if (!read.success) return internalFailure();
  const { code, kind, message, details, field } = read.data;
  return new AppError(code, kind, message, { details, field });
}

export function internalFailure(cause?: unknown): AppError {
  return commonFailure('INTERNAL', 'Something went wrong on our side.', { cause });
}

/** Kind under which a contract may fail with a code; undefined for codes it does not declare. */
export function declaredKind(contract: Pick<CallableContract, 'errors'>, code: string): ErrorKind | undefined {
  if (contract.errors && Object.hasOwn(contract.errors, code)) return contract.errors[code];
  return Object.hasOwn(commonErrors, code) ? commonErrors[code as CommonErrorCode] : undefined;
}
