import { z } from 'zod';

export const Pagination = z.object({
  page: z.int().min(1),
  pageSize: z.int().min(1),
  totalItems: z.int().min(0),
  totalPages: z.int().min(0),
});
export type Pagination = z.infer<typeof Pagination>;

/** `page` counts from 1; at most 100 items a page. */
export const PageQuery = z.object({
  page: z.coerce.number().int().min(1).default(1),
  pageSize: z.coerce.number().int().min(1).max(100).default(20),
});
export type PageQuery = z.output<typeof PageQuery>;

/** A page of items as a list operation answers it. */
export const pageOf = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item), pagination: Pagination });

export function paginationOf(query: PageQuery, totalItems: number): Pagination {
  return { page: query.page, pageSize: query.pageSize, totalItems, totalPages: Math.ceil(totalItems / query.pageSize) };
}

export const ErrorBody = z.object({
  code: z.string(),
  message: z.string(),
  details: z.unknown().optional(),
  field: z.string().optional(),
});
export type ErrorBody = z.infer<typeof ErrorBody>;

/** Every public HTTP answer, success or failure. */
export const envelopeOf = <T extends z.ZodType>(data: T) =>
  z.object({
    success: z.boolean(),
    data: data.nullable(),
    error: ErrorBody.nullable(),
    metadata: z.object({ version: z.string(), requestId: z.string(), pagination: Pagination.optional() }),
    timestamp: z.iso.datetime(),
  });
export type Envelope<T> = {
  success: boolean;
  data: T | null;
  error: ErrorBody | null;
  metadata: { version: string; requestId: string; pagination?: Pagination };
  timestamp: string;
};
