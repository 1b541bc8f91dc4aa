import preset from '../../jest.preset.mjs';

export default { ...preset(import.meta.dirname), testMatch: ['**/*.e2e.ts'], testTimeout: 120_000, maxWorkers: 1 };
