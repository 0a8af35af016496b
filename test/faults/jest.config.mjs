import base from '../../jest.config.mjs';

/** The fault suite: no engines, virtual time, and a table at the end. */
const { globalSetup, globalTeardown, ...rest } = base;

/** @type {import('jest').Config} */
export default {
  ...rest,
  rootDir: '../..',
  roots: ['<rootDir>/test/faults'],
  testPathIgnorePatterns: ['/node_modules/'],
  testTimeout: 300_000,
  reporters: ['<rootDir>/test/support/fault-harness/fault-table-reporter.mjs', 'default'],
  coverageThreshold: undefined,
};
