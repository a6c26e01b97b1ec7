// Which room may import which (the table in README.md). One line a rule; the architecture test
// proves on a deliberately bad fixture that they bite.
const lib = (name) => `(^|/)libs/${name}/`;
const app = (name) => `(^|/)apps/${name}/`;
const anyLib = '(^|/)libs/([^/]+)/';

/** A lib may import itself, what is listed, and packages; nothing else of the repository. */
const libMayImport = (name, others) => ({
  name: `lib-${name}-imports`,
  severity: 'error',
  comment: `libs/${name} may import ${others.join(', ') || 'no other room'}.`,
  from: { path: lib(name), pathNot: '\\.(spec|int\\.spec)\\.ts$' },
  to: { path: '(^|/)(apps|libs|test|seeds)/', pathNot: [name, ...others].map(lib) },
});

const engines = ['event-log-sqlite', 'event-log-eventstore'];

module.exports = {
  forbidden: [
    libMayImport('domain', []),
    libMayImport('integrity', []),
    libMayImport('sqlite', []),
    libMayImport('event-log', ['integrity']),
    libMayImport('event-log-sqlite', ['event-log', 'sqlite']),
    libMayImport('event-log-eventstore', ['event-log', 'sqlite']),
    libMayImport('engines', ['event-log', ...engines]),
    libMayImport('read-models', ['domain', 'event-log', 'sqlite']),
    libMayImport('exchange', ['domain']),
    libMayImport('synthetic', ['domain', 'event-log']),
    libMayImport('application', ['domain', 'event-log', 'read-models', 'integrity', 'exchange']),
    {
      name: 'domain-is-pure',
      severity: 'error',
      comment: 'The domain has no I/O and no clock: a decimal library and a calendar are enough.',
      from: { path: lib('domain'), pathNot: '\\.spec\\.ts$' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'domain-packages',
      severity: 'error',
      from: { path: lib('domain'), pathNot: '\\.spec\\.ts$' },
      to: {
        path: 'node_modules',
        pathNot: 'node_modules/(@types/)?(big\\.js|temporal-(polyfill|spec|utils))',
      },
    },
    {
      name: 'integrity-core',
      severity: 'error',
      comment: 'Proofs need hashing and nothing else of Node.',
      from: { path: lib('integrity'), pathNot: '\\.spec\\.ts$' },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?crypto$' },
    },
    {
      name: 'front-doors',
      severity: 'error',
      comment: 'Another room is entered through its index.ts.',
      from: { path: anyLib },
      to: { path: anyLib, pathNot: ['(^|/)libs/$2/', '/src/index\\.ts$'] },
    },
    {
      name: 'front-doors-of-libs',
      severity: 'error',
      from: { path: '(^|/)(apps|test)/', pathNot: '(^|/)bad-fixture/libs/' },
      to: { path: anyLib, pathNot: '/src/index\\.ts$' },
    },
    {
      name: 'engines-are-chosen-in-one-room',
      severity: 'error',
      comment: 'Only libs/engines knows which engines there are; specs may name their own.',
      from: {
        path: '(^|/)(libs|apps)/',
        pathNot: [...engines.map(lib), lib('engines'), '\\.spec\\.ts$'],
      },
      to: { path: engines.map(lib) },
    },
    {
      name: 'eventstore-client-in-one-room',
      severity: 'error',
      from: { pathNot: [lib('event-log-eventstore'), '(^|/)test/eventstore-server/'] },
      to: { path: 'node_modules/@eventstore/' },
    },
    {
      name: 'pages-take-types-only',
      severity: 'error',
      from: { path: app('pages'), pathNot: '\\.spec\\.ts$' },
      to: { path: '(^|/)(apps/(api|cli)|libs)/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'apps-apart',
      severity: 'error',
      from: { path: '(^|/)apps/(api|cli)/' },
      to: { path: '(^|/)apps/', pathNot: '(^|/)apps/$2/' },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|data)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
      extensions: ['.ts', '.js', '.mjs', '.vue', '.json', '.css'],
    },
  },
};
