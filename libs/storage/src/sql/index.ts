export { dumpDatabase, restoreDatabase } from './dump-database.js';
export { forgetKeptRows, giveIntoKeeping, keptSchemaOf, locateKeptTable, type KeptTable } from './kept-tables.js';
export type { EntityList, MigrationList } from './data-source.js';
export { preparePglite, startPgliteServer, type PgliteServer, type PgliteServerOptions } from './pglite-server.js';
export { provisionDatabase, type ProvisionedDatabase, type SchemaGrant } from './provision-database.js';
export { roleOfSchema } from './role-of-schema.js';
export { SqlConfig } from './sql-config.js';
export { SqlConnection } from './sql-connection.js';
export { sqlPart, type SqlPartOptions } from './sql-part.js';
