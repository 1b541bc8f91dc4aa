import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Why: conversations, their messages, and the passages each answer rests on. */
export class CreateConversations1763900000000 implements MigrationInterface {
  readonly name = 'CreateConversations1763900000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE rag_orchestrator.conversation (
        conversation_id uuid PRIMARY KEY,
        user_id uuid NOT NULL,
        title text NOT NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL
      )`);
    await queryRunner.query('CREATE INDEX conversation_of_user ON rag_orchestrator.conversation (user_id, updated_at DESC, conversation_id)');
    await queryRunner.query(`
      CREATE TABLE rag_orchestrator.message (
        message_id uuid PRIMARY KEY,
        conversation_id uuid NOT NULL REFERENCES rag_orchestrator.conversation ON DELETE CASCADE,
        user_id uuid NOT NULL,
        sequence bigint GENERATED ALWAYS AS IDENTITY,
        role text NOT NULL CHECK (role IN ('user', 'assistant')),
        client_message_id text NOT NULL,
        content text NOT NULL,
        state text NOT NULL CHECK (state IN ('answering', 'complete', 'stopped', 'failed')),
        verdict text CHECK (verdict IN ('supported', 'partly', 'abstained')),
        usage jsonb,
        timings jsonb,
        failure jsonb,
        run_id uuid,
        lease_until timestamptz,
        created_at timestamptz NOT NULL,
        CHECK ((state = 'answering') = (lease_until IS NOT NULL))
      )`);
    await queryRunner.query('CREATE UNIQUE INDEX message_once ON rag_orchestrator.message (user_id, client_message_id, role)');
    await queryRunner.query('CREATE INDEX message_of_conversation ON rag_orchestrator.message (conversation_id, sequence)');
    await queryRunner.query("CREATE INDEX message_answering ON rag_orchestrator.message (lease_until) WHERE state = 'answering'");
    await queryRunner.query(`
      CREATE TABLE rag_orchestrator.citation (
        message_id uuid NOT NULL REFERENCES rag_orchestrator.message ON DELETE CASCADE,
        number integer NOT NULL CHECK (number >= 1),
        passage_id uuid NOT NULL,
        document_id uuid NOT NULL,
        collection_id uuid NOT NULL,
        document_title text NOT NULL,
        document_version integer NOT NULL,
        page integer NOT NULL,
        heading text,
        quote text NOT NULL,
        range_start integer NOT NULL,
        range_end integer NOT NULL,
        score double precision NOT NULL,
        PRIMARY KEY (message_id, number)
      )`);
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}
