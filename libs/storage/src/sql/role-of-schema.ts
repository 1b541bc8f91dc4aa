const schemaForm = /^[a-z][a-z0-9_]{0,40}$/;

/** Schema names are written into SQL as they are, so their form is narrow. */
export function checkSchemaName(schema: string): string {
  if (!schemaForm.test(schema)) throw new Error(`"${schema}" is no schema name: lower case letters, digits and underscores`);
  return schema;
}

/** The one database role that may work in a schema. */
export const roleOfSchema = (schema: string) => `va_${checkSchemaName(schema)}`;

/** The schema beside a service's own in which the job queue keeps its tables, named as it likes. */
export const queueSchemaOf = (schema: string) => `${checkSchemaName(schema)}_queue`;
