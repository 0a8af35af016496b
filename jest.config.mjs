/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
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
};
