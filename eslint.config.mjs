import nx from '@nx/eslint-plugin';
import ts from 'typescript-eslint';

const platformClients = ['nats', 'pg', 'ioredis', 'bullmq', 'openai', '@qdrant/*', '@langchain/openai', '@electric-sql/*'];

/** Who may import whom: docs/architecture.md. One rule per tag; all matching rules apply together. */
const walls = [
  { sourceTag: 'type:contracts', onlyDependOnLibsWithTags: [] },
  { sourceTag: 'type:phi', onlyDependOnLibsWithTags: [] },
  { sourceTag: 'type:kit', onlyDependOnLibsWithTags: ['type:contracts', 'type:phi'] },
  { sourceTag: 'type:storage', onlyDependOnLibsWithTags: ['type:contracts', 'type:phi', 'type:kit'] },
  { sourceTag: 'type:messaging', onlyDependOnLibsWithTags: ['type:contracts', 'type:phi', 'type:kit', 'type:storage'] },
  { sourceTag: 'type:ai', onlyDependOnLibsWithTags: ['type:contracts', 'type:phi', 'type:kit'] },
  { sourceTag: 'type:service', onlyDependOnLibsWithTags: ['type:contracts', 'type:phi', 'type:kit', 'type:storage', 'type:messaging', 'type:ai'] },
  { sourceTag: 'type:app', onlyDependOnLibsWithTags: ['type:contracts', 'type:phi', 'type:kit', 'type:storage', 'type:messaging', 'type:ai', 'type:service'] },
  { sourceTag: 'type:client', onlyDependOnLibsWithTags: ['type:contracts', 'type:phi'] },
  { sourceTag: 'type:tool', onlyDependOnLibsWithTags: ['type:contracts', 'type:phi', 'type:kit', 'type:storage', 'type:messaging', 'type:ai', 'type:service', 'type:app'] },
];

const sizes = {
  'max-lines': ['error', { max: 300, skipBlankLines: false, skipComments: false }],
  'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
  'max-depth': ['error', 3],
};

/** Three parameters, then an object; constructors are excepted because injection lists one collaborator a line. */
const tooManyParameters = [':function[params.length>3]:not(MethodDefinition[kind="constructor"] > FunctionExpression)'].map((selector) => ({
  selector, message: 'More than three parameters: pass an object.',
}));

export default ts.config(
  { ignores: ['**/dist/**', '**/node_modules/**', '**/*.mjs', '**/fixtures/**', '**/vite.config.ts'] },
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [ts.configs.recommendedTypeChecked],
    plugins: { '@nx': nx },
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      ...sizes,
      'no-restricted-syntax': ['error', ...tooManyParameters],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/require-await': 'off',
      'no-restricted-imports': ['error', { patterns: [{ group: ['@voiceassist/*/*', '!@voiceassist/*/package.json'], message: 'Import a lib through its index.' }] }],
      'no-restricted-properties': ['error', { object: 'process', property: 'env', message: 'Settings are read in kit only: declare a Config.' }],
      '@nx/enforce-module-boundaries': ['error', { allow: [], enforceBuildableLibDependency: false, depConstraints: walls }],
    },
  },
  {
    files: ['**/libs/services/**/*.ts'],
    rules: {
      'no-restricted-imports': ['error', { patterns: [
        { group: ['@voiceassist/*/*'], message: 'Import a lib through its index.' },
        { group: platformClients, message: 'Use the port in the platform libs.' },
      ] }],
    },
  },
  { files: ['**/libs/kit/**/*.ts', '**/tools/**/*.ts', '**/apps/e2e/**/*.ts', '**/vite.config.ts'], rules: { 'no-restricted-properties': 'off' } },
  {
    files: ['**/*.test.ts', '**/*.conformance.ts', '**/*.type-test.ts', '**/apps/e2e/**/*.ts'],
    rules: { 'max-lines-per-function': 'off', '@typescript-eslint/unbound-method': 'off' },
  },
);
