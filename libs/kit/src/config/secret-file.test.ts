import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { Config, ConfigError, secretSetting, setting } from './config.js';
import { environmentOver } from './environment.js';

class DoorConfig extends Config({
  DOOR_KEY: secretSetting(z.string().min(8), 'Opens the door.'),
  DOOR_SPARE_KEY: secretSetting(z.string().optional(), 'Lies under the mat.'),
  DOOR_NAME: setting(z.string().default('front'), 'Which door.'),
}) {}

function faultsOf(environment: Record<string, string>): Record<string, string> {
  try {
    new DoorConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return Object.fromEntries(error.faults.map(({ name, problem }) => [name, problem]));
    throw error;
  }
  return {};
}

describe('a secret in a file', () => {
  let folder: string;
  const file = (name: string) => join(folder, name);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'voiceassist-secrets-'));
    await Promise.all([writeFile(file('key'), ' opens-all\n\n'), writeFile(file('windows'), 'opens-all\r\n'), writeFile(file('short'), 'abc'), writeFile(file('empty'), '\n')]);
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('is its text without the last line break', () => {
    expect(new DoorConfig({ DOOR_KEY_FILE: file('windows') }).DOOR_KEY).toBe('opens-all');
    expect(new DoorConfig({ DOOR_KEY_FILE: file('key') }).DOOR_KEY).toBe(' opens-all\n');
    expect(new DoorConfig({ DOOR_KEY: 'opens-all', DOOR_KEY_FILE: '' }).DOOR_KEY).toBe('opens-all');
  });

  it('is listed with every other fault when it cannot be used, and never shown', () => {
    const faults = faultsOf({ DOOR_KEY_FILE: file('short'), DOOR_SPARE_KEY_FILE: file('nowhere') });
    expect(faults['DOOR_KEY']).toBe('missing or malformed (value not shown)');
    expect(faults['DOOR_SPARE_KEY']).toMatch(/nowhere of DOOR_SPARE_KEY_FILE cannot be read \(ENOENT\)/);
    expect(faultsOf({ DOOR_KEY: 'opens-all', DOOR_KEY_FILE: file('key') })).toEqual({ DOOR_KEY: 'DOOR_KEY and DOOR_KEY_FILE are both set; give one' });
    expect(faultsOf({ DOOR_KEY_FILE: file('empty') })['DOOR_KEY']).toMatch(/is empty/);
  });

  it('is for secrets alone', () => {
    expect(new DoorConfig({ DOOR_KEY: 'opens-all', DOOR_NAME_FILE: file('key') }).DOOR_NAME).toBe('front');
  });

  it('takes the place of a default', () => {
    const environment = environmentOver({ DOOR_KEY: 'by-default' }, { DOOR_KEY_FILE: file('windows') });
    expect(new DoorConfig(environment).DOOR_KEY).toBe('opens-all');
  });
});
