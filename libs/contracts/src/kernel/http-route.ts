/** The public HTTP side of an operation; the gateway, OpenAPI and the typed web client are derived from it. */
export interface HttpRoute {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** `:name` segments, the query (GET, DELETE) or the JSON body (others) together form the operation's input. */
  readonly path: `/api/${string}`;
  /** Status of a success; 200 unless told. */
  readonly status?: 200 | 201 | 202 | 204;
  /**
   * One file as multipart/form-data. The gateway streams it into the blob store and hands the operation an
   * `UploadedFile` under the input field `file`; the other form fields join the input as text.
   */
  readonly upload?: { readonly maxBytes: number };
  /** The output is a `BlobDownload`: the gateway answers with the bytes themselves, with ranges and an ETag. */
  readonly download?: true;
  /**
   * A protocol of others decides the form of bodies; every other route takes and answers JSON in the envelope alone.
   * `urlencoded`: the body is an HTML form. `scim`: bodies and answers are those of SCIM 2.0 (`application/scim+json`) instead of the envelope, failures too. The
   * whole body becomes the field `resource`, the header `If-Match` the field `ifMatch`; the version in `meta` is the ETag.
   */
  readonly form?: 'urlencoded' | 'scim';
  /** A `page`/`pageSize` list: the output's `pagination` goes to `metadata.pagination`, its `items` to `data`. */
  readonly list?: true;
  /** Named, stricter rate limit of the route; the general limit applies to all. `begins`: like `credentials`, and bounded for all strangers together. */
  readonly limit?: 'credentials' | 'begins' | 'checks' | 'questions' | 'uploads';
}
