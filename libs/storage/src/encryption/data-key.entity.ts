import { EntitySchema, type MigrationInterface, type QueryRunner } from 'typeorm';

/** The wrapped data key of one scope. */
export interface DataKeyRow {
  scope: string;
  masterKeyId: string;
  wrapped: Buffer;
  createdAt: Date;
}

export const DataKeyRow = new EntitySchema<DataKeyRow>({
  name: 'DataKey',
  tableName: 'data_key',
  columns: {
    scope: { type: 'text', primary: true },
    masterKeyId: { name: 'master_key_id', type: 'text' },
    wrapped: { type: 'bytea' },
    createdAt: { name: 'created_at', type: 'timestamptz', createDate: true },
  },
});

/** Why: each scope has a data key of its own, so that destroying it makes the scope's texts unreadable. */
export class CreateDataKeys1764400000000 implements MigrationInterface {
  readonly name = 'CreateDataKeys1764400000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE data_key (
        scope text PRIMARY KEY,
        master_key_id text NOT NULL,
        wrapped bytea NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now()
      )`);
    await queryRunner.query('CREATE INDEX data_key_by_master ON data_key (master_key_id)');
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}
