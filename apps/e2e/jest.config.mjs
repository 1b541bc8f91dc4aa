import preset from '../../jest.preset.mjs';

// the attacks and the pages meet edges that both modes share: they are run once, on the standalone product;
// the journey in the browser, every route, crashes and canaries are run in both; boards and alerts look at eight processes.
// DRILLS=true runs everything in both modes that can be
const both = process.env.DRILLS === 'true' && process.env.MODE === 'distributed';
const otherMode = both ? [] : process.env.MODE === 'distributed' ? ['/(asvs|first-password|pages|oversight|browser-sessions)\\.e2e\\.ts$'] : ['/dashboards\\.e2e\\.ts$'];

// look into the folders of stores that the product started itself, which given ones do not have
const ownStores = process.env.E2E_POSTGRES_URL ? ['/(at-rest|dashboards)\\.e2e\\.ts$'] : [];

export default { ...preset(import.meta.dirname), testMatch: ['**/*.e2e.ts'], testPathIgnorePatterns: ['/node_modules/', ...otherMode, ...ownStores], testTimeout: 120_000, maxWorkers: 1 };
