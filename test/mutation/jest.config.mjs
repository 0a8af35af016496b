import base from '../../jest.config.mjs';

/**
 * The tests that judge a mutant: pure ones, without the engines the others start.
 *
 * @type {import('jest').Config}
 */
export default {
  ...base,
  rootDir: '../..',
  roots: ['<rootDir>/test/core', '<rootDir>/test/send-batch'],
  // Of what is composed, not of what is decided; each would run once for every mutant.
  testPathIgnorePatterns: [
    ...['compose-message', 'largest-call', 'parse-request'],
    ...['dead-letters', 'redrive'],
  ],
  // A mutant that waits without end is found out by this; no judge takes a second.
  testTimeout: 5_000,
  globalSetup: undefined,
  globalTeardown: undefined,
};
