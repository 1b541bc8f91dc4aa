import preset from '../../jest.preset.mjs';

// the attacks are on edges that both modes share; they are made once, on the standalone product
const otherMode = process.env.MODE === 'distributed' ? ['/asvs\\.e2e\\.ts$'] : [];

export default { ...preset(import.meta.dirname), testMatch: ['**/*.e2e.ts'], testPathIgnorePatterns: ['/node_modules/', ...otherMode], testTimeout: 120_000, maxWorkers: 1 };
