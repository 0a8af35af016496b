import base from '../../jest.config.mjs';

/**
 * The tests that judge a mutant: pure ones, without the engines the others start.
 *
 * @type {import('jest').Config}
 */
export default {
  ...base,
  rootDir: '../..',
  // The code too: Stryker asks jest which tests depend on a mutated file, and jest looks for the way
  // from the one to the other within these only.
  roots: ['lambdas', 'client', 'test/core', 'test/send-batch', 'test/support'].map(
    (folder) => `<rootDir>/${folder}`,
  ),
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
