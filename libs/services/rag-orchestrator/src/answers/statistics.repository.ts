import { Injectable } from '@nestjs/common';
import type { AnswerOf, rag } from '@voiceassist/contracts';
import { DataSource } from 'typeorm';

type Counts = AnswerOf<typeof rag.countAnswers>;

@Injectable()
export class StatisticsRepository {
  constructor(private readonly dataSource: DataSource) {}

  async count(): Promise<Counts> {
    const rows: Counts[] = await this.dataSource.query(`
      SELECT (SELECT count(*)::int FROM rag_orchestrator.conversation) AS "conversations",
             count(*) FILTER (WHERE role = 'user')::int AS "questions",
             count(*) FILTER (WHERE verdict = 'abstained')::int AS "abstained",
             count(*) FILTER (WHERE state = 'failed')::int AS "failed",
             percentile_cont(0.5) WITHIN GROUP (ORDER BY (timings->>'firstChunkMs')::float8) AS "medianFirstChunkMs"
      FROM rag_orchestrator.message`);
    const [counts] = rows;
    if (!counts) throw new Error('counting answered no row');
    return counts;
  }
}
