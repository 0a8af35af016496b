import base from '../../jest.config.mjs';

/** The project as a package: packed, installed into another project, and synthesised there. */
const { coverageThreshold: _, globalSetup: __, globalTeardown: ___, ...rest } = base;

/** @type {import('jest').Config} */
export default {
  ...rest,
  rootDir: '../..',
  roots: ['<rootDir>/test/package'],
  testPathIgnorePatterns: ['/node_modules/'],
  testTimeout: 300_000,
};
