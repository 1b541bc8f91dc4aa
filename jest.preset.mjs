import { fileURLToPath } from 'node:url';

const countReporter = fileURLToPath(new URL('./tools/bootstrap/count-reporter.mjs', import.meta.url));

/** One Jest setting for every project: ESM TypeScript through SWC, workspace packages resolved to their sources. */
export default (rootDir) => ({
  rootDir,
  testEnvironment: 'node',
  roots: ['<rootDir>/src'],
  testMatch: ['**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  testEnvironmentOptions: { customExportConditions: ['@voiceassist/source', 'node', 'node-addons'] },
  transform: {
    '^.+\\.ts$': ['@swc/jest', {
      swcrc: false, sourceMaps: 'inline', module: { type: 'es6' },
      jsc: {
        target: 'es2023', keepClassNames: true, parser: { syntax: 'typescript', decorators: true },
        transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
      },
    }],
  },
  maxWorkers: 2,
  workerIdleMemoryLimit: '1GB',
  coverageProvider: 'v8',
  testTimeout: 30_000,
  reporters: ['default', countReporter],
});
