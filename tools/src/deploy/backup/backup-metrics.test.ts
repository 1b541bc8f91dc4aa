import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { writeBackupMetrics } from './backup-metrics.js';

const folder = mkdtempSync(join(tmpdir(), 'metrics-'));
const before = process.umask(0o077);
afterAll(() => {
  process.umask(before);
  rmSync(folder, { recursive: true, force: true });
});

describe('the numbers of the backups', () => {
  it('can be read by the exporter, which is nobody, whatever the operator\'s umask is', () => {
    const file = join(folder, 'metrics', 'voiceassist.prom');
    writeBackupMetrics(file, { voiceassist_backup_size_bytes: 4_711 });
    writeBackupMetrics(file, { voiceassist_backup_duration_seconds: 3.5 });
    expect([statSync(file).mode & 0o777, statSync(join(folder, 'metrics')).mode & 0o777]).toEqual([0o644, 0o755]);
    expect(readFileSync(file, 'utf8')).toMatch(/voiceassist_backup_size_bytes 4711\n[\s\S]*voiceassist_backup_duration_seconds 3\.5\n/);
  });
});
