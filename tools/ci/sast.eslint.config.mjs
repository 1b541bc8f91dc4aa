// Static analysis for security, apart from the lint of style: only rules whose findings are defects, so that none is waved through.
import regexp from 'eslint-plugin-regexp';
import security from 'eslint-plugin-security';
import ts from 'typescript-eslint';

const clients = ['**/*.test.ts', '**/*.e2e.ts', '**/*.conformance.ts', '**/apps/e2e/**'];

export default ts.config(
  { ignores: ['**/dist/**', '**/node_modules/**', '**/fixtures/**'] },
  { linterOptions: { reportUnusedDisableDirectives: 'off' } },
  {
    files: ['**/*.ts', '**/*.tsx', '**/*.mjs'],
    plugins: { '@typescript-eslint': ts.plugin, regexp, security },
    languageOptions: { parser: ts.parser, parserOptions: { ecmaFeatures: { jsx: true } } },
    rules: {
      'no-eval': 'error', 'no-implied-eval': 'error', 'no-new-func': 'error', 'no-script-url': 'error',
      'security/detect-bidi-characters': 'error',
      'security/detect-buffer-noassert': 'error',
      'security/detect-disable-mustache-escape': 'error',
      'security/detect-eval-with-expression': 'error',
      'security/detect-new-buffer': 'error',
      'security/detect-non-literal-require': 'error',
      'security/detect-pseudoRandomBytes': 'error',
      // expressions that people's text can make slow
      'regexp/no-super-linear-backtracking': ['error', { report: 'certain' }],
      'no-restricted-syntax': ['error',
        { selector: 'JSXAttribute[name.name="dangerouslySetInnerHTML"]', message: 'Text of people and models is never markup.' },
        { selector: 'AssignmentExpression[left.property.name=/^(innerHTML|outerHTML)$/]', message: 'Text of people and models is never markup.' },
        { selector: 'Property[key.name="rejectUnauthorized"][value.value=false]', message: 'Certificates are always checked.' },
        { selector: 'CallExpression[callee.name=/^(exec|execSync)$/]', message: 'Start programs with a list of arguments, never through a shell.' },
        { selector: 'Property[key.name="shell"][value.value=true]', message: 'Start programs with a list of arguments, never through a shell.' },
      ],
    },
  },
  // `sslmode=require` of PostgreSQL means: encrypted, with whatever certificate; `verify-full` checks it
  { files: ['libs/storage/src/sql/open-sql.ts'], rules: { 'no-restricted-syntax': 'off' } },
  // looks at a certificate to say what is wrong with it; nothing is sent over that connection
  { files: ['tools/src/smoke/door.ts'], rules: { 'no-restricted-syntax': 'off' } },
  // tests attack: they may build what the product must not
  { files: clients, rules: { 'no-restricted-syntax': 'off', 'regexp/no-super-linear-backtracking': 'off' } },
);
