import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { Config, flag, secretSetting, setting } from './config.js';
import { describeSettings, renderConfigurationTable, renderEnvironmentExample } from './describe-settings.js';
import { environmentOver } from './environment.js';

class StoreConfig extends Config({
  STORE_URL: setting(z.url(), 'Where the store is; `a|b`.'),
  STORE_POOL: setting(z.coerce.number().int().default(8), 'Connections at once.'),
  STORE_TLS: setting(flag(false), 'Encrypt.'),
  STORE_HOPS: setting(z.string().default('0').transform(Number), 'Hops.'),
  STORE_PASSWORD: secretSetting(z.string().default('do-not-print'), 'Its password.'),
  STORE_NAME: setting(z.string().optional(), 'A name.'),
}) {}

describe('the configuration reference', () => {
  const settings = describeSettings([StoreConfig, StoreConfig]);

  it('knows name, default, whether it is needed, and no secret', () => {
    expect(settings.map(({ name, default: value, required, secret }) => [name, value, required, secret])).toEqual([
      ['STORE_HOPS', '0', false, false], ['STORE_NAME', null, false, false], ['STORE_PASSWORD', null, false, true],
      ['STORE_POOL', '8', false, false], ['STORE_TLS', 'false', false, false], ['STORE_URL', null, true, false],
    ]);
  });

  it('renders both references', () => {
    const table = renderConfigurationTable(settings);
    expect(table).toContain('| `STORE_URL` | yes |  | Where the store is; `a\\|b`. |');
    const example = renderEnvironmentExample(settings);
    expect(example).toContain('\nSTORE_URL=\n');
    expect(example).toContain('# STORE_POOL=8');
    expect(table + example).not.toContain('do-not-print');
  });
});

describe('the environment', () => {
  it('wins over defaults, ignores empty values, and fills references', () => {
    const values = environmentOver({ A: 'x', B: '${DIR}/b', DIR: './data', C: '${NOBODY}' }, { A: '', DIR: '/srv', D: '${DIR}' });
    expect(values).toMatchObject({ A: 'x', B: '/srv/b', DIR: '/srv', C: '${NOBODY}', D: '${DIR}' });
  });
});
