import base from '../../jest.config.mjs';

/** Deployments on emulators of AWS: one MiniStack for all files, started and bootstrapped once. */
const { coverageThreshold: _, ...rest } = base;

/** @type {import('jest').Config} */
export default {
  ...rest,
  rootDir: '../..',
  roots: ['<rootDir>/test/deploy'],
  testPathIgnorePatterns: ['/node_modules/'],
  globalSetup: '<rootDir>/test/deploy/harness/set-up.ts',
  globalTeardown: '<rootDir>/test/deploy/harness/tear-down.ts',
  testTimeout: 300_000,
  maxWorkers: 1,
};
