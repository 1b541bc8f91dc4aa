import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { LedgerReport } from '@voiceassist/contracts';
import { startPostgres, whenServer, type LocalServer } from '@voiceassist/kit';
import type { QueryRunner } from 'typeorm';
import { CheckpointCopies } from './checkpoints/checkpoint-copies.js';
import { Checkpoints } from './checkpoints/checkpoints.service.js';
import { hashOf } from './ledger/ledger-entry.js';
import { LedgerSeal } from './sealing/ledger-seal.js';
import { adminDatabase, boss, LedgerHouse } from './testing/ledger-house.js';
import { verifyLedger } from './verification/verify-ledger.js';

interface Place {
  databaseUrl: string;
  intruderUrl?: string;
}

/** A sealed record with one character changed. */
const altered = `overlay(record placing CASE WHEN substr(record, 40, 1) = 'A' THEN 'B' ELSE 'A' END from 40 for 1)`;

const kinds = ({ faults }: LedgerReport) => [...new Set(faults.map(({ kind }) => kind))];

function describeLedger(name: string, place: () => Promise<Place>): void {
  describe(`the audit ledger on ${name}`, () => {
    let house: LedgerHouse;
    const table = () => house.tables.entry;
    const verified = async () => {
      let report: LedgerReport | undefined;
      for await (const step of house.client.verifyAudit({}, boss)) if (step.type === 'result') report = step.report;
      if (!report) throw new Error('no report');
      return report;
    };
    /** What a verification finds after an act of the intruder, who looks on from within the transaction. */
    const after = (tamper: (runner: QueryRunner) => Promise<unknown>) =>
      house.asIntruder(async (runner, source) => {
        await tamper(runner);
        return verifyLedger(source, { copies: house.get(CheckpointCopies).all(), sealing: house.get(LedgerSeal) });
      });

    beforeAll(async () => {
      house = await LedgerHouse.start(await place());
      await house.add(...Array.from({ length: 12 }, () => ({})));
      await house.get(Checkpoints).take();
      await house.add(...Array.from({ length: 12 }, () => ({ subjects: { 'odd "key"\n': randomUUID() }, durationMs: Math.random() * 1e-7 })));
      await house.get(Checkpoints).take();
      await house.add({}, {});
    }, 120_000);
    afterAll(() => house?.close());

    it('verifies what it kept, and says so through its contract', async () => {
      const report = await verified();
      expect(report).toMatchObject({ verdict: 'intact', faultCount: 0, firstSequence: 1, gaps: [] });
      expect(report.entries).toBeGreaterThanOrEqual(26);
      // the clock may take one while the verification is on its way
      expect(report.copies).toBeGreaterThanOrEqual(report.checkpoints);
      expect(report.kids).toHaveLength(1);
      expect(await house.client.readAuditState({}, boss)).toMatchObject({ lastVerification: { verdict: 'intact' }, lastCheckpoint: { kid: report.kids[0] } });
      expect(await after(async () => undefined)).toMatchObject({ verdict: 'intact' });
    });

    it('notices an edited row', async () => {
      const report = await after((runner) => runner.query(`UPDATE ${table()} SET record = ${altered} WHERE sequence = 5`));
      expect(report).toMatchObject({ verdict: 'tampered', faults: [{ kind: 'changed', sequence: 5 }, { kind: 'changed', sequence: 5, explanation: 'the record cannot be read' }] });
    });

    it('notices an edited row whose hash was made anew', async () => {
      const report = await after((runner) => rewrite(runner, 5));
      expect(report).toMatchObject({ verdict: 'tampered', faults: [{ kind: 'changed', sequence: 5, explanation: 'the record cannot be read' }, { kind: 'unlinked', sequence: 6 }] });
    });

    it('notices a row that holds the record of another, though both were written by the ledger', async () => {
      const report = await after(async (runner) => {
        await runner.query(`UPDATE ${table()} entry SET record = other.record FROM ${table()} other WHERE entry.sequence = 5 AND other.sequence = 4`);
        await relink(runner, 5);
      });
      expect(report.faults).toEqual(expect.arrayContaining([expect.objectContaining({ kind: 'changed', sequence: 5 })]));
    });

    it('notices a chain that was written anew from an edited row to its end, by the checkpoints, without keys too', async () => {
      const report = await house.asIntruder(async (runner, source) => {
        await rewrite(runner, 5);
        for (let sequence = 6; sequence <= 30; sequence += 1) await relink(runner, sequence);
        return verifyLedger(source, { copies: house.get(CheckpointCopies).all() });
      });
      expect(kinds(report)).toEqual(['checkpoint']);
    });

    it('notices a deleted row, at the beginning, in the middle and at the end', async () => {
      const without = (sequence: string) => after((runner) => runner.query(`DELETE FROM ${table()} WHERE sequence ${sequence}`));
      expect(await without('= 1')).toMatchObject({ faults: [{ kind: 'missing', sequence: 1, toSequence: 1 }] });
      expect(await without('BETWEEN 7 AND 9')).toMatchObject({ verdict: 'tampered', faultCount: 1, faults: [{ kind: 'missing', sequence: 7, toSequence: 9 }] });
      expect(kinds(await without('>= 20'))).toEqual(['missing']);
      expect(kinds(await without('> 0'))).toEqual(['missing']);
    });

    it('notices an inserted row', async () => {
      const report = await after(async (runner) => {
        await runner.query(`UPDATE ${table()} SET sequence = sequence + 1000 WHERE sequence >= 8`);
        await runner.query(`UPDATE ${table()} SET sequence = sequence - 999 WHERE sequence >= 1000`);
        await copyRow(runner, 7, 8);
      });
      expect(report.verdict).toBe('tampered');
      expect(report.faults[0]).toMatchObject({ kind: expect.stringMatching(/unlinked|changed/), sequence: 8 });
    });

    it('notices reordered rows', async () => {
      const report = await after(async (runner) => {
        for (const [from, to] of [[9, 9009], [10, 9], [9009, 10]]) await runner.query(`UPDATE ${table()} SET sequence = $2 WHERE sequence = $1`, [from, to]);
      });
      expect(report.faults.map(({ sequence }) => sequence)).toEqual(expect.arrayContaining([9, 10]));
    });

    it('notices a column that was changed to hide a row from searches', async () => {
      const report = await after((runner) => runner.query(`UPDATE ${table()} SET action = 'kb.other', occurred_at = occurred_at - interval '1 day' WHERE sequence = 3`));
      expect(report).toMatchObject({ verdict: 'tampered', faultCount: 1, faults: [{ kind: 'columns', sequence: 3 }] });
    });

    it('notices checkpoints that are forged, removed, or differ from their copies', async () => {
      const checkpoint = house.tables.checkpoint;
      const forged = await after((runner) => runner.query(`UPDATE ${checkpoint} SET statement = replace(statement, '"number":1', '"number": 1') WHERE number = 1`));
      expect(kinds(forged)).toEqual(['checkpoint']);
      const emptied = await after((runner) => runner.query(`DELETE FROM ${checkpoint}`));
      expect(emptied.faults).toEqual(expect.arrayContaining([expect.objectContaining({ kind: 'checkpoint', checkpoint: 1 })]));
      const strangers = await house.asIntruder((_runner, source) => verifyLedger(source, { trustedKids: ['another'] }));
      expect(kinds(strangers)).toEqual(['checkpoint']);
    });

    async function rewrite(runner: QueryRunner, sequence: number): Promise<void> {
      await runner.query(`UPDATE ${table()} SET record = ${altered} WHERE sequence = $1`, [sequence]);
      await relink(runner, sequence);
    }

    /** Gives a row the hash it would have had. */
    async function relink(runner: QueryRunner, sequence: number): Promise<void> {
      const rows = (await runner.query(
        `SELECT entry.sequence, entry.day::text AS day, entry.position, entry.received_at, entry.record, before.hash AS previous
         FROM ${table()} entry LEFT JOIN ${table()} before ON before.sequence = entry.sequence - 1 WHERE entry.sequence = $1`, [sequence],
      )) as { sequence: string; day: string; position: number; received_at: Date; record: string; previous: string }[];
      const [row] = rows;
      if (!row) return;
      const hash = hashOf({ ...row, sequence: Number(row.sequence), receivedAt: row.received_at.toISOString() });
      await runner.query(`UPDATE ${table()} SET hash = $2, previous = $3 WHERE sequence = $1`, [sequence, hash, row.previous]);
    }

    async function copyRow(runner: QueryRunner, from: number, to: number): Promise<void> {
      await runner.query(`CREATE TEMPORARY TABLE copied ON COMMIT DROP AS SELECT * FROM ${table()} WHERE sequence = $1`, [from]);
      await runner.query('UPDATE copied SET sequence = $1, audit_id = $2', [to, randomUUID()]);
      await runner.query(`INSERT INTO ${table()} SELECT * FROM copied`);
    }
  });
}

describeLedger('PGlite', async () => ({ databaseUrl: 'pglite:memory' }));

whenServer('postgres', () => {
  let postgres: LocalServer;
  const databaseOf = async (name: string): Promise<Place> => {
    postgres ??= await startPostgres();
    const intruderUrl = new URL(postgres.url);
    intruderUrl.pathname = `/${name}`;
    return { databaseUrl: await adminDatabase(postgres.url, name), intruderUrl: intruderUrl.href };
  };
  afterAll(() => postgres?.stop());

  describeLedger('PostgreSQL', () => databaseOf('ledger_one'));

  it('stays one chain when several replicas add at the same time, each record once', async () => {
    const place = await databaseOf('ledger_two');
    const houses = await Promise.all([LedgerHouse.start(place), LedgerHouse.start(place), LedgerHouse.start(place)]);
    const [first] = houses;
    const told = await first.add({ action: 'kb.once' });
    await Promise.all(houses.flatMap((house) => [house.add(...told), ...Array.from({ length: 8 }, () => house.add({}, {}, {}, {}))]));
    const report = await first.asIntruder((_runner, source) => verifyLedger(source));
    expect(report).toMatchObject({ verdict: 'intact', entries: report.lastSequence });
    expect((await first.client.searchAudit({ action: 'kb.once' }, boss)).items).toEqual(told);
    for (const house of houses) await house.close();
  }, 120_000);
});
