import { builtinModules } from 'node:module';
import eslint from '@eslint/js';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';
import { ROOT } from './paths.js';

/** Imports go one way (docs: the shape of the project): what a folder may import of the others; itself always. */
const MAY_IMPORT = {
  shared: [],
  worker: ['shared'],
  cli: ['shared', 'worker'],
  electron: ['shared', 'worker'],
  renderer: ['shared'],
};
const FOLDERS = ['shared', 'worker', 'cli', 'electron', 'renderer', 'e2e', 'bench', 'samples', 'build'];
/** Folders whose code also runs in a browser. */
const IN_BROWSER = ['shared', 'renderer'];
const NODE_MODULES = builtinModules.flatMap((name) => [name, `node:${name}`]);
const TESTS = '**/*.test.{ts,tsx}';

export default defineConfig(
  { ignores: ['dist/**', 'release/**', 'node_modules/**', 'test-results/**', 'playwright-report/**', '**/*.d.ts'] },
  eslint.configs.recommended,
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: ROOT } },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // Methods of an interface are async where the contract says so, whether this one waits for something or not.
      '@typescript-eslint/require-await': 'off',
      // Interfaces are implemented by closures here, not by classes: there is no `this` that could get lost.
      '@typescript-eslint/unbound-method': 'off',
      // Numbers are what this program prints most.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      eqeqeq: 'error',
      'no-console': 'error',
    },
  },
  {
    files: ['**/*.js'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        setInterval: 'readonly',
        clearInterval: 'readonly',
      },
    },
  },
  ...Object.entries(MAY_IMPORT).map(([folder, allowed]) => ({
    files: [`${folder}/**/*.{ts,tsx}`],
    // Tests of the window run over the real service.
    ignores: [TESTS, 'renderer/testing/**'],
    rules: { 'no-restricted-imports': ['error', restrictions(folder, allowed)] },
  })),
  {
    // Programs that talk to a terminal.
    files: ['e2e/**', 'bench/**', 'samples/**', 'build/**'],
    rules: { 'no-console': 'off' },
  },
  {
    files: [TESTS],
    rules: {
      // expect.anything() is any.
      '@typescript-eslint/no-unsafe-assignment': 'off',
    },
  },
);

function restrictions(folder, allowed) {
  const forbidden = FOLDERS.filter((other) => other !== folder && !allowed.includes(other));
  const may = allowed.length === 0 ? 'nothing of the other folders' : allowed.join(' and ');
  return {
    paths: [
      ...(IN_BROWSER.includes(folder)
        ? NODE_MODULES.map((name) => ({ name, message: `${folder}/ runs in a browser.` }))
        : []),
      ...(folder === 'electron' ? [] : [{ name: 'electron', message: "Electron's API is for electron/ alone." }]),
    ],
    patterns: [
      {
        regex: `(^|/)\\.\\./(.*/)?(${forbidden.join('|')})/`,
        message: `${folder}/ imports ${may}.`,
      },
    ],
  };
}
