/**
 * The order of the rooms inside a house or a wing: each floor may look at those below it, never at one above it or beside it,
 * not even for a type.
 * @param {string} house the folder whose rooms these are
 * @param {string[][]} floors names of folders or files in it, lowest floor first
 * @returns {import('dependency-cruiser').IForbiddenRuleType[]}
 */
const order = (house, floors) =>
  floors
    .flatMap((floor, at) =>
      floor.map((room) => ({
        name: `order-of-${house.replaceAll('/', '-')}`,
        comment: `${room} may not look at what stands above or beside it in ${house}/.`,
        severity: /** @type {const} */ ('error'),
        from: { path: `^${house}/${room}(/|[.]tsx?$)` },
        to: {
          path: floors
            .slice(at)
            .flat()
            .filter((other) => other !== room)
            .map((other) => `^${house}/${other}(/|[.]tsx?$)`),
        },
      })),
    )
    .filter(({ to }) => to.path.length > 0);

/**
 * The arrows of docs/architecture.md: renderer, electron and server each look at shared, and nothing else crosses.
 * @type {import('dependency-cruiser').IConfiguration}
 */
export default {
  forbidden: [
    {
      name: 'shared-is-pure',
      comment: 'shared/ runs everywhere, so it may use neither Node nor Electron nor any of the other houses.',
      severity: 'error',
      from: { path: '^shared/' },
      to: { pathNot: ['^shared/', '(^|/)node_modules/(zod|temporal-polyfill|temporal-spec|temporal-utils|@noble/hashes)/'] },
    },
    {
      name: 'renderer-sees-shared-only',
      severity: 'error',
      from: { path: '^renderer/' },
      to: { path: '^(electron|server|cli|scripts|test)/' },
    },
    {
      name: 'renderer-has-no-node',
      comment: 'The renderer is sandboxed: what it needs from the system it asks for through the ipc contract.',
      severity: 'error',
      from: { path: '^renderer/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'renderer-has-no-electron',
      severity: 'error',
      from: { path: '^renderer/' },
      to: { path: '(^|/)node_modules/electron/' },
    },
    {
      name: 'electron-sees-shared-only',
      severity: 'error',
      from: { path: '^electron/' },
      to: { path: '^(renderer|server|cli|scripts|test)/' },
    },
    {
      name: 'server-sees-shared-only',
      severity: 'error',
      from: { path: '^server/' },
      to: { path: '^(renderer|electron|cli|scripts|test)/' },
    },
    {
      name: 'the-command-line-sees-shared-and-the-studio',
      comment: 'It starts the server by its path, as a child, and never by an import.',
      severity: 'error',
      from: { path: '^cli/' },
      to: { path: '^(renderer|server|scripts|test)/' },
    },
    {
      name: 'the-command-line-has-no-electron',
      comment: 'It is the studio without its window: no import may run Electron, by whatever detour.',
      severity: 'error',
      from: { path: '^cli/' },
      to: { path: '(^|/)node_modules/electron/|^electron$', reachable: true },
    },
    {
      name: 'only-the-shell-knows-electron',
      comment:
        'wallet, library, applying and darkroom also run in tests, in the simulator and on the command line: not even by a detour may they reach Electron.',
      severity: 'error',
      from: {
        path: '^electron/',
        pathNot: '^electron/(shell/|(main|preload)[.]ts$|darkroom/process/(worker|preview-worker)[.]ts$)',
      },
      to: { path: '(^|/)node_modules/electron/|^electron$', reachable: true },
    },
    {
      name: 'product-does-not-need-its-tools',
      comment: 'scripts/ and test/ are not part of the packaged app.',
      severity: 'error',
      from: { path: '^(shared|electron|renderer|server|cli)/' },
      to: { path: '^(scripts|test)/' },
    },
    ...order('electron', [
      ['world', 'events', 'dispatch', 'storage'],
      ['darkroom'],
      ['library', 'wallet'],
      ['connection', 'weights', 'paid-work', 'reporting'],
      ['applying', 'processing'],
      ['correcting'],
      ['studio'],
      ['shell'],
      ['main', 'preload'],
    ]),
    ...order('electron/darkroom', [
      ['port', 'problems'],
      ['files', 'filters'],
      ['matte', 'glass', 'ground'],
      ['cutout'],
      ['compose'],
      ['chain'],
      ['process'],
    ]),
    ...order('electron/wallet', [
      ['http', 'sentences'],
      ['transport'],
      ['copy'],
      ['history', 'invoices'],
      ['read'],
      ['orders'],
      ['refresh'],
      ['live-copy'],
      ['wallet'],
    ]),
    ...order('renderer', [
      ['bridge', 'ui'],
      ['state'],
      ['billing', 'history', 'reports', 'settings', 'studio'],
      ['wallet'],
      ['usage'],
      ['frame'],
      ['main'],
    ]),
    ...order('renderer/ui', [['cx'], ['controls', 'figures'], ['layout'], ['feedback']]),
    ...order('renderer/studio', [
      ['revert', 'report', 'ground', 'turns', 'removal', 'EmptyStudio'],
      ['versions', 'apply', 'RemovalDialog'],
      ['gallery'],
      ['canvas'],
      ['panel'],
      ['process'],
      ['EditPanel'],
      ['Studio'],
    ]),
    ...order('server/billing', [
      ['tax'],
      ['issuer'],
      ['invoices'],
      ['customer', 'payments'],
      ['carried', 'on-account'],
      ['needs'],
      ['refunds', 'renewals', 'standing'],
      ['auto-top-up', 'checkouts', 'ledger-hooks'],
      ['purchases'],
      ['subscriptions'],
      ['fulfilment', 'plan-checkout'],
    ]),
    ...order('shared', [
      ['codes', 'payment-ways', 'picture-kind', 'recipe-refusal', 'return-page', 'server-address'],
      ['result'],
      ['credits', 'edit'],
      ['billing', 'ledger', 'support'],
      ['api', 'policies'],
      ['ipc'],
    ]),
    ...order('shared/credits', [['model'], ['codec', 'decide'], ['read'], ['index']]),
    ...order('server', [
      ['clock', 'derived-id', 'journal', 'nesting', 'rounds', 'streams', 'whereabouts'],
      ['db'],
      ['failures', 'outbox', 'problems', 'retention'],
      ['objects'],
      ['chores'],
      ['identity'],
      ['ledger'],
      ['uploads'],
      ['billing', 'generations', 'reports'],
      ['admin', 'messages'],
      ['options'],
      ['routes'],
      ['mount'],
      ['traffic'],
      ['app'],
      ['opening'],
      ['server'],
      ['main'],
    ]),
    {
      name: 'no-cycles',
      comment: 'A circle of types is a circle, too.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    { name: 'every-import-resolves', severity: 'error', from: {}, to: { couldNotResolve: true, pathNot: '^(electron|virtual:)' } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(out|dist)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.cjs', '.json'],
    },
  },
};
