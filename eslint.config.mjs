import jupyter from '@jupyter/eslint-plugin';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

/** Who may import whom, as ARCHITECTURE.md draws it: names of folders in `src` that a folder must not reach. */
const layers = {
  components: [
    'api',
    'repository',
    'environment',
    'diff',
    'sidebar',
    'panels',
    'statusBar',
    'tokens'
  ],
  api: [
    'components',
    'repository',
    'environment',
    'diff',
    'sidebar',
    'panels',
    'statusBar',
    'tokens'
  ],
  repository: ['environment', 'diff', 'sidebar', 'panels', 'statusBar'],
  environment: ['diff', 'sidebar', 'panels', 'statusBar'],
  diff: ['environment', 'sidebar', 'panels', 'statusBar'],
  sidebar: ['environment', 'diff', 'panels', 'statusBar'],
  statusBar: ['diff', 'panels', 'sidebar'],
  'panels/review': [
    'sidebar',
    'statusBar',
    'environment',
    'recovery',
    'commits',
    'history'
  ],
  'panels/recovery': [
    'sidebar',
    'statusBar',
    'environment',
    'review',
    'commits',
    'history'
  ],
  'panels/commits': [
    'sidebar',
    'statusBar',
    'environment',
    'review',
    'recovery',
    'history'
  ],
  'panels/history': [
    'sidebar',
    'statusBar',
    'environment',
    'review',
    'recovery',
    'commits'
  ],
  'panels/environment': [
    'sidebar',
    'statusBar',
    'review',
    'recovery',
    'commits',
    'history'
  ]
};

export default tseslint.config(
  {
    ignores: [
      'lib/**',
      'node_modules/**',
      'jupyter_mlgit/**',
      '.venv/**',
      '.make/**',
      'build/**',
      'dist/**',
      'src/api/schema.ts',
      'ui-tests/test-results/**',
      'ui-tests/playwright-report/**'
    ]
  },
  { plugins: { jupyter } },
  ...jupyter.configs.recommended,
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: {
        projectService: true,
        tsconfigRootDir: import.meta.dirname
      }
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/explicit-function-return-type': [
        'error',
        { allowExpressions: true }
      ],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      // Numbers read well inside a template.
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true }
      ],
      // Lumino binds a slot by its second argument: signal.connect(this._onChanged, this).
      '@typescript-eslint/unbound-method': 'off',
      eqeqeq: 'error',
      // The bundle is small and all of it is needed as soon as the panel is; packages stay watched.
      'jupyter/prefer-lazy-imports': [
        'error',
        { ignoreImports: ['./*', '../*'] }
      ],
      'max-lines': ['error', { max: 500 }],
      'no-restricted-properties': [
        'error',
        // Text from git reaches the page as text only.
        { property: 'innerHTML' },
        { property: 'outerHTML' },
        { property: 'insertAdjacentHTML' }
      ],
      'no-restricted-syntax': [
        'error',
        {
          selector: "JSXAttribute[name.name='dangerouslySetInnerHTML']",
          message: 'Text from git is shown as text.'
        }
      ]
    }
  },
  ...Object.entries(layers).map(([folder, beyond]) => ({
    files: [`src/${folder}/**/*.ts`, `src/${folder}/**/*.tsx`],
    ignores: ['**/*.test.ts', '**/*.test.tsx'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: `^(\\.\\./)+(${[...beyond, 'testing', 'index'].join('|')})(/|$)`,
              message: 'This crosses the layers that ARCHITECTURE.md draws.'
            }
          ]
        }
      ]
    }
  })),
  {
    files: ['**/*.test.ts', '**/*.test.tsx', 'src/testing/**', 'ui-tests/**'],
    rules: {
      'no-restricted-properties': 'off',
      // What a test makes ends with its page.
      'jupyter/require-disposable-ownership': 'off',
      // Nothing here is shown to anybody.
      'jupyter/no-untranslated-string': 'off'
    }
  },
  prettier
);
