// SPDX-License-Identifier: MIT
// TypeScript with type-aware rules (each folder's own tsconfig), plain JavaScript tools and tests with the basic ones.
import { fileURLToPath } from 'node:url';
import js from '@eslint/js';
import tseslint from 'typescript-eslint';
import { importDirections } from './checks/import-directions.mjs';

/** Node's, and the few of the browser's that functions sent into a page use. */
const globals = Object.fromEntries(
  [
    ...['process', 'console', 'Buffer', 'URL', 'URLSearchParams', 'fetch', 'performance', 'setTimeout', 'clearTimeout'],
    ...['setInterval', 'clearInterval', 'setImmediate', 'AbortController', 'AbortSignal', 'TextEncoder', 'TextDecoder'],
    ...[
      'WebAssembly',
      'SharedArrayBuffer',
      'structuredClone',
      'Response',
      'Blob',
      'DecompressionStream',
      'queueMicrotask',
      'document',
      'window',
      'scrollTo',
      'navigator',
      'requestAnimationFrame',
      'MutationObserver',
      'PerformanceObserver',
      'Worker',
    ],
  ].map((name) => [name, /** @type {const} */ ('readonly')]),
);

export default tseslint.config(
  { ignores: ['build/', 'bindings/dist/', 'web/dist/', 'web/public/', 'test-results/', 'playwright-report/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.{js,mjs}'],
    extends: [js.configs.recommended],
    languageOptions: { globals },
    rules: {
      eqeqeq: 'error',
      'no-var': 'error',
      'prefer-const': 'error',
      // a parameter that a default function leaves unused says what callers may take
      'no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
    },
  },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [js.configs.recommended, ...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: fileURLToPath(new URL('..', import.meta.url)) },
    },
    rules: {
      eqeqeq: 'error',
      // indexing is checked by noUncheckedIndexedAccess; `!` says that a bound is known
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // node:test waits for its tests itself
      '@typescript-eslint/no-floating-promises': [
        'error',
        { allowForKnownSafeCalls: [{ from: 'package', name: ['test', 'describe'], package: 'node:test' }] },
      ],
      '@typescript-eslint/consistent-type-definitions': 'off',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
    },
  },
  {
    files: ['web/src/**/*.{ts,tsx}'],
    plugins: { tinycnn: { rules: { 'import-directions': importDirections } } },
    rules: {
      'tinycnn/import-directions': ['error', { root: fileURLToPath(new URL('../web/src', import.meta.url)) }],
    },
  },
  {
    files: ['web/src/**/*.{ts,tsx}'],
    ignores: ['web/src/client/**'],
    rules: {
      'no-restricted-syntax': [
        'error',
        { selector: 'NewExpression[callee.name="Worker"]', message: 'client/ alone talks to workers' },
      ],
    },
  },
);
