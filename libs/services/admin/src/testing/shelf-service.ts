import { Controller } from '@nestjs/common';
import { request, service } from '@voiceassist/contracts';
import { ServiceModule } from '@voiceassist/kit';
import { busPart, Handles, messagingMigrations, outboxPart } from '@voiceassist/messaging';
import { sqlPart } from '@voiceassist/storage';
import { DataSource, type MigrationInterface, type QueryRunner } from 'typeorm';
import { z } from 'zod';

/** A service with a database of its own whose acts are audited. */
export const shelf = service('kb-indexer', {
  lend: request({ subject: 'va.v1.kb.rpc.shelf.lend', access: 'public', audit: 'shelf.lend', input: z.object({ documentId: z.uuid() }), output: z.object({}) }),
});

class CreateLoans1763800002000 implements MigrationInterface {
  readonly name = 'CreateLoans1763800002000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE loan (document_id uuid)');
  }

  async down(): Promise<void> {}
}

@Controller()
class Shelf {
  constructor(private readonly database: DataSource) {}

  @Handles(shelf.lend)
  async lend({ documentId }: { documentId: string }) {
    await this.database.transaction((manager) => manager.query('INSERT INTO loan VALUES ($1)', [documentId]));
    return {};
  }
}

@ServiceModule({
  name: 'kb-indexer',
  uses: [sqlPart({ schema: 'kb_indexer', entities: [], migrations: [...messagingMigrations, CreateLoans1763800002000] }), busPart(shelf.$service), outboxPart(shelf.$service)],
  controllers: [Shelf],
})
export class ShelfModule {}
