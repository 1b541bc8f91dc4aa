import preset from '../jest.preset.mjs';

// the drill of deploying, restoring and going back takes minutes: tools/ci/drills.sh runs it, weekly and by hand
const drills = process.env.DRILLS === 'true' ? [] : ['/deploy/deploy\\.test\\.ts$'];

export default { ...preset(import.meta.dirname), testPathIgnorePatterns: ['/node_modules/', ...drills] };
