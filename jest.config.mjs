/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  // Have commands of their own: `npm run test:faults`, `npm run test:deploy`, `npm run test:package`.
  testPathIgnorePatterns: [
    '/node_modules/',
    '<rootDir>/test/faults/',
    '<rootDir>/test/deploy/',
    '<rootDir>/test/package/',
  ],
  transform: {
    '^.+\\.[cm]?tsx?$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript' } } },
    ],
  },
  globalSetup: '<rootDir>/test/support/engines/start-engines.ts',
  globalTeardown: '<rootDir>/test/support/engines/stop-engines.ts',
  testTimeout: 120_000,
  maxWorkers: 2,
  reporters: ['default'],
  // For `npm run test:coverage`; handlers are run as bundles, where no coverage can be taken.
  collectCoverageFrom: ['lambdas/**/*.ts', '!lambdas/**/handler.ts', '!lambdas/**/environment.ts'],
  coverageReporters: ['text-summary'],
  coverageThreshold: { global: { branches: 90 }, './lambdas/core/': { branches: 100 } },
};
