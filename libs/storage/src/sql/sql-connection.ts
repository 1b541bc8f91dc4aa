/** How a service reaches its own schema: for parts that bring their own client, like the job queue. */
export abstract class SqlConnection {
  /** Host name, or the folder of a Unix socket. */
  abstract readonly host: string;
  abstract readonly port: number;
  abstract readonly user: string;
  abstract readonly password: string | undefined;
  abstract readonly database: string;
  /** The schema that this service owns. */
  abstract readonly schema: string;
  /** Value for the connection's `options`, so that plain SQL finds the service's tables and pgvector's types. */
  abstract readonly options: string;
  /** Further options of the URL's query, for example `sslmode`. */
  abstract readonly ssl: boolean | { readonly rejectUnauthorized: boolean } | undefined;
  /** One session serves all connections (PGlite): session state and LISTEN are emulated, nothing runs in parallel. */
  abstract readonly singleSession: boolean;
}

/** Schema of extensions such as pgvector, readable by every service. */
export const extensionSchema = 'extensions';

/** `-c search_path=…` for one schema. */
export const searchPathOptions = (schema: string) => `-c search_path=${schema},${extensionSchema}`;
