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
  testPathIgnorePatterns: ['compose-message', 'parse-request', 'dead-letters', 'redrive'],
  globalSetup: undefined,
  globalTeardown: undefined,
};
