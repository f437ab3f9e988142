// Three suites by file name, least powerful method first (CONTRIBUTING.md, "Tests").
const transform = {
  '^.+\\.ts$': [
    '@swc/jest',
    {
      jsc: { parser: { syntax: 'typescript' }, target: 'es2024', experimental: { keepImportAttributes: true } },
      module: { type: 'es6' },
    },
  ],
}
const project = {
  transform,
  extensionsToTreatAsEsm: ['.ts'],
  testEnvironment: 'node',
  modulePathIgnorePatterns: ['<rootDir>/dist'],
}
const SECOND_MS = 1000

export default {
  projects: [
    {
      ...project,
      displayName: 'unit',
      testMatch: ['<rootDir>/{src,scripts,e2e,bench}/**/*.test.ts'],
      testPathIgnorePatterns: ['\\.apiserver\\.test\\.ts$', '\\.e2e\\.test\\.ts$'],
      // A busy machine is no failure: what takes this long does not end by itself.
      testTimeout: 60 * SECOND_MS,
    },
    {
      ...project,
      displayName: 'apiserver',
      testMatch: ['<rootDir>/{src,e2e}/**/*.apiserver.test.ts'],
      testTimeout: 60 * SECOND_MS,
    },
    {
      ...project,
      displayName: 'e2e',
      testMatch: ['<rootDir>/e2e/**/*.e2e.test.ts'],
      testTimeout: 180 * SECOND_MS,
    },
  ],
}
