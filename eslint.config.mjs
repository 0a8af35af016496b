import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

const banned = (patterns) => ({
  'no-restricted-imports': [
    'error',
    { patterns: patterns.map(([regex, message]) => ({ regex, message })) },
  ],
});

const OTHER_FUNCTIONS = [
  '^\.\./(send-batch|receive-webhook|record-events|reconcile|release-parked|control|publish-notifications|register-webhooks|check-domains|guard|sync-suppressions)/',
  'a function shares core/ and adapters/ with the others, nothing else',
];
const MIDDY_AND_POWERTOOLS = [
  '^(@middy/|@aws-lambda-powertools/)',
  'only handler.ts composes with middy and Powertools',
];
const DEPLOY_AND_LOCAL = [
  '(^|/)(bin|lib|local|test|bench)/',
  'runtime code must not reach for deploy-time, local or test code',
];

const NAMED_EXPORTS = [
  { selector: 'ExportDefaultDeclaration', message: 'export by name' },
  { selector: 'ExportAllDeclaration', message: 'no barrels: import from where it is defined' },
];

export default tseslint.config(
  { ignores: ['node_modules', '.venv', 'cdk.out', 'coverage', 'reports', 'local/.state'] },
  ...tseslint.configs.strictTypeChecked,
  prettier,
  {
    languageOptions: {
      parserOptions: { projectService: { allowDefaultProject: ['*.mjs', '*.js'] } },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      eqeqeq: 'error',
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      'max-params': ['error', { max: 4 }],
      'no-console': 'error',
    },
  },
  {
    files: ['lambdas/core/**'],
    rules: {
      ...banned([
        ['^(?!\\.{1,2}/|node:crypto$)', 'core/ imports itself and node:crypto only'],
        ['^\\.\\./\\.\\./', 'core/ imports core/ only'],
      ]),
      'no-restricted-globals': ['error', 'process', 'fetch', 'setTimeout', 'setInterval'],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'time comes in as an argument or a port' },
        { object: 'Math', property: 'random', message: 'chance comes in as an argument' },
      ],
    },
  },
  {
    files: ['lambdas/adapters/**'],
    rules: banned([
      MIDDY_AND_POWERTOOLS,
      [
        '^(?!.*core/).*(^|/)(send-batch|receive-webhook|record-events|reconcile|release-parked|control|publish-notifications|register-webhooks|check-domains|guard|sync-suppressions)/',
        'adapters/ know one port and one vendor',
      ],
      DEPLOY_AND_LOCAL,
    ]),
  },
  {
    // What Powertools writes is formatted there; middy stays with the handlers.
    files: ['lambdas/adapters/powertools/**'],
    rules: banned([
      ['^@middy/', 'only handler.ts composes with middy'],
      ['(^|/)lambdas/(?!core/)', 'adapters/ know one port and one vendor'],
      DEPLOY_AND_LOCAL,
    ]),
  },
  {
    files: ['lambdas/*/**/*.ts'],
    ignores: ['lambdas/core/**', 'lambdas/adapters/**', 'lambdas/*/handler.ts'],
    rules: banned([
      MIDDY_AND_POWERTOOLS,
      ['^(@aws-|@smithy/|mailgun|form-data)', 'vendors belong in adapters/'],
      OTHER_FUNCTIONS,
      DEPLOY_AND_LOCAL,
    ]),
  },
  {
    files: ['lambdas/adapters/**', 'lambdas/*/**/*.ts'],
    ignores: ['lambdas/core/**', 'lambdas/*/handler.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        { name: 'process', message: 'only handler.ts reads the environment' },
      ],
    },
  },
  {
    files: ['**/*.ts'],
    // Jest wants default exports of these.
    ignores: ['test/support/engines/**', 'test/deploy/harness/{set-up,tear-down}.ts'],
    rules: {
      'no-restricted-syntax': ['error', ...NAMED_EXPORTS],
    },
  },
  {
    files: ['lambdas/**/*.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        ...NAMED_EXPORTS,
        {
          selector:
            'NewExpression[callee.name=/^(DynamoDB|S3|SecretsManager|SNS|SQS)Client$/] > ObjectExpression[properties.length=0]',
          message: 'a client without settings waits for ever: awsClientSettings()',
        },
      ],
    },
  },
  {
    files: ['lambdas/*/handler.ts'],
    rules: {
      'max-lines': ['error', { max: 80, skipBlankLines: true, skipComments: true }],
      ...banned([DEPLOY_AND_LOCAL]),
    },
  },
  {
    files: ['lib/**', 'bin/campaign-mailgun.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: 'lambdas/(?!.*environment$)',
              message: 'deploy time sees no more of the runtime than its environment types',
            },
            {
              regex: 'lambdas/.*environment$',
              allowTypeImports: true,
              message: 'import the environment as a type only',
            },
            { regex: '(^|/)(local|test|client)/', message: 'deploy-time code stands alone' },
          ],
        },
      ],
    },
  },
  {
    files: ['client/**'],
    rules: banned([
      ['(^|/)(lambdas|lib|local|test|bin)/', 'client/ is what producers install: it stands alone'],
    ]),
  },
  {
    files: ['examples/**'],
    rules: banned([
      ['^\\.\\./', 'an example stands alone, and imports the package by its name as others do'],
    ]),
  },
  {
    files: ['local/**', 'bench/**'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'error' },
  },
  {
    files: ['test/**', 'local/**/*.test.ts'],
    rules: {
      'max-lines': 'off',
      'max-lines-per-function': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  { files: ['test/support/engines/*.mjs'], rules: { 'no-console': 'off' } },
  { files: ['**/*.mjs', '**/*.js'], ...tseslint.configs.disableTypeChecked },
);
