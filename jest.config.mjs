// One jest configuration for every room. Sources run as CommonJS, because that is the one mode in
// which every package of the set loads; packages that ship ES modules only are transformed too.
const swc = (parser) => [
  '@swc/jest',
  {
    swcrc: false,
    jsc: {
      target: 'es2022',
      parser,
      transform: { legacyDecorator: true, decoratorMetadata: true },
      keepClassNames: true,
    },
    module: { type: 'commonjs' },
  },
];

const esmPackages = [
  '@nestjs',
  'zod',
  'file-type',
  'es-toolkit',
  'js-yaml',
  'load-esm',
  'uint8array-extras',
  'token-types',
  'strtok3',
  '@tokenizer',
  '@borewit',
  'content-disposition',
  'cookie',
  'uuid',
  'temporal-polyfill',
  'temporal-spec',
  'temporal-utils',
  'fast-check',
  'pure-rand',
  'jsonc-parser',
];

const room = (displayName, testMatch, more = {}) => ({
  ...more,
  displayName,
  testEnvironment: 'node',
  testMatch,
  transform: {
    '^.+\\.ts$': swc({ syntax: 'typescript', decorators: true }),
    '^.+\\.m?js$': swc({ syntax: 'ecmascript' }),
  },
  transformIgnorePatterns: [
    `/node_modules/(?!(?:.*/node_modules/)?(?:${esmPackages.join('|')})(?:/|$))`,
    '<rootDir>/dist/',
  ],
  moduleNameMapper: {
    '^@ledger/([^/]+)$': '<rootDir>/libs/$1/src/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/data/'],
});

export default {
  testTimeout: 30_000,
  projects: [
    room('unit', ['<rootDir>/{apps,libs}/**/!(*.int).spec.ts']),
    room('integration', ['<rootDir>/{apps,libs}/**/*.int.spec.ts']),
    room('stories', ['<rootDir>/test/**/*.e2e-spec.ts']),
    // The same stories once more, with the ledger on EventStoreDB.
    room('stories-eventstore', ['<rootDir>/test/stories/**/*.e2e-spec.ts'], {
      globals: { ledgerEngine: 'eventstore' },
    }),
  ],
};
