import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

/**
 * Who may import whom (docs: README, "The layers"). One row per folder: our folders, then npm packages.
 * A violation names what the folder may import.
 */
const LAYERS = {
  'src/base': { folders: [], packages: ['pure-rand'] },
  'src/record': { folders: ['src/base'], packages: ['zod'] },
  'src/environment': { folders: ['src/base', 'src/record'], packages: ['zod'] },
  'src/agent': { folders: ['src/base', 'src/record', 'src/environment'], packages: ['zod'] },
  'src/reward': { folders: ['src/base', 'src/record', 'src/environment'], packages: ['zod'] },
  'src/gpu': { folders: ['src/base'], packages: ['@tensorflow'] },
  'src/policy': { folders: ['src/base', 'src/gpu'], packages: ['@tensorflow', 'zod', '@huggingface'] },
  'src/training': {
    folders: ['src/base', 'src/record', 'src/environment', 'src/agent', 'src/reward', 'src/policy', 'src/gpu'],
    packages: ['zod'],
  },
  // Recipes, statistics and reports are data and arithmetic: pages read them. Only `play` needs an engine.
  'src/experiments': { folders: ['src/base', 'src/record', 'src/environment', 'src/agent'], packages: ['zod'] },
  'src/experiments/play': {
    folders: [
      'src/base',
      'src/record',
      'src/environment',
      'src/agent',
      'src/reward',
      'src/policy',
      'src/training',
      'src/experiments',
    ],
    packages: ['zod'],
  },
  'src/training/objective': { folders: ['src/base', 'src/record'], packages: [] },
  'src/storage': {
    folders: ['src/base', 'src/record', 'src/policy/formats'],
    packages: ['dexie', 'zod', 'client-zip', 'hyparquet-writer'],
  },
  'src/ui': {
    folders: [
      'src/base',
      'src/record',
      'src/environment',
      // Pure: whom a play and a form can call to a seat, what turns earn, whether a run can be trained.
      'src/agent',
      'src/reward',
      'src/training/objective',
      'src/training/gather',
      'src/experiments', // all but `play`, which would bring the engine along
      'src/storage',
      'workers',
    ],
    packages: ['react', 'react-dom', 'zustand', 'uplot', '@tanstack', 'react-aria-components', 'dexie', 'zod'],
  },
};

/** Reports imports that the layer table does not allow. Tests may import anything. */
const layerRule = {
  meta: {
    type: 'problem',
    schema: [],
    messages: { layer: '{{folder}} may import only {{allowed}}; this is {{target}}.' },
  },
  create(context) {
    const file = context.filename.replaceAll('\\', '/').split(`${process.cwd().replaceAll('\\', '/')}/`)[1] ?? '';
    if (/\.test\.tsx?$/.test(file)) return {};
    const folder = Object.keys(LAYERS)
      .filter((candidate) => file.startsWith(`${candidate}/`))
      .sort((a, b) => b.length - a.length)[0];
    if (!folder) return {};
    const { folders, packages } = LAYERS[folder];
    const allowed = [folder, ...folders, ...packages].join(', ') || 'itself';
    const check = (node) => {
      const source = node.source?.value;
      if (typeof source !== 'string') return;
      const isAllowed = source.startsWith('.')
        ? [folder, ...folders].some((prefix) => resolveFrom(file, source).startsWith(`${prefix}/`))
        : packages.some((name) => source === name || source.startsWith(`${name}/`));
      if (!isAllowed) context.report({ node, messageId: 'layer', data: { folder, allowed, target: source } });
    };
    return {
      ImportDeclaration: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
      ImportExpression: check,
    };
  },
};

function resolveFrom(file, source) {
  const parts = file.split('/').slice(0, -1);
  for (const part of source.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.') parts.push(part);
  }
  return parts.join('/');
}

export default tseslint.config(
  { ignores: ['dist', '.cache', 'node_modules', 'tools/.venv', 'public', 'test-results', 'playwright-report'] },
  ...tseslint.configs.recommended,
  {
    plugins: { parley: { rules: { layers: layerRule } }, 'react-hooks': reactHooks },
    rules: {
      'parley/layers': 'error',
      'react-hooks/rules-of-hooks': 'error',
      'react-hooks/exhaustive-deps': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true } }],
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'Draw from a named RandomStream (src/base/random.ts).' },
        { object: 'Date', property: 'now', message: 'Ask src/base/clock.ts.' },
      ],
    },
  },
  {
    files: ['src/base/clock.ts', '*.config.{js,ts}', 'e2e/**'],
    rules: { 'no-restricted-properties': 'off', 'no-restricted-exports': 'off' },
  },
);
