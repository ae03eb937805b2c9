// SPDX-License-Identifier: Apache-2.0
// The floors of the page, kept by the linter: domain <- api <- stores <- map <- features <- app; ui and i18n beside.
import tseslint from 'typescript-eslint'
import vue from 'eslint-plugin-vue'
import vueParser from 'vue-eslint-parser'

const floors = ['domain', 'i18n', 'api', 'ui', 'stores', 'map', 'features', 'app']
const above = (floor) => floors.slice(floors.indexOf(floor) + 1)
const libraries = {
  vue: ['vue', 'vue-router', 'vue-i18n', 'pinia', 'element-plus', 'element-plus/*'],
  map: ['maplibre-gl', 'maplibre-gl/*'],
}

/** What a floor may not import, as one rule. */
function floor(name, more = []) {
  const patterns = above(name).map((f) => ({ group: [`**/${f}/**`, `@/${f}/**`], message: `${name}/ stands below ${f}/` }))
  if (name !== 'map') patterns.push({ group: libraries.map, message: 'only map/ knows maplibre-gl' })
  for (const m of more) patterns.push(m)
  return {
    files: [`src/${name}/**/*.{ts,vue}`],
    rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns }] },
  }
}

const noVue = { group: libraries.vue, message: 'pure TypeScript here' }
const noStores = { group: ['**/stores/**', '**/api/**'], message: 'ui/ holds dumb components' }
const noSiblings = { group: ['../*/*', '!../../**'], message: 'features never import features' }

export default tseslint.config(
  { ignores: ['dist', 'node_modules', 'public', 'e2e/out', '**/*.gen.ts'] },
  {
    files: ['src/**/*.{ts,vue}'],
    extends: [...tseslint.configs.strictTypeChecked, ...vue.configs['flat/recommended']],
    languageOptions: {
      parser: vueParser,
      parserOptions: { parser: tseslint.parser, project: './tsconfig.json', extraFileExtensions: ['.vue'], sourceType: 'module' },
    },
    rules: {
      'no-console': 'error',
      'max-lines': ['error', 600],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/ban-ts-comment': ['error', { 'ts-ignore': true, 'ts-nocheck': true, 'ts-expect-error': 'allow-with-description', minimumDescriptionLength: 10 }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // "void dep" says that a computed looks again when dep changes.
      '@typescript-eslint/no-meaningless-void-operator': 'off',
      'no-restricted-globals': ['error', { name: 'fetch', message: 'only api/ talks to the server' }, { name: 'EventSource', message: 'only api/ talks to the server' }],
      'vue/block-order': ['error', { order: ['script', 'template', 'style'] }],
      'vue/multi-word-component-names': 'off',
      'vue/no-v-html': 'error',
      'vue/max-attributes-per-line': 'off',
      'vue/singleline-html-element-content-newline': 'off',
      'vue/multiline-html-element-content-newline': 'off',
      'vue/html-self-closing': 'off',
      'vue/html-indent': 'off',
      'vue/html-closing-bracket-newline': 'off',
      'vue/first-attribute-linebreak': 'off',
      'vue/attributes-order': 'off',
      'vue/require-default-prop': 'off',
      'vue/one-component-per-file': 'error',
    },
  },
  floor('domain', [noVue]),
  floor('i18n'),
  floor('api', [noVue]),
  floor('ui', [noStores]),
  floor('stores'),
  floor('map'),
  floor('features', [noSiblings]),
  floor('app'),
  { files: ['src/api/**/*.ts'], rules: { 'no-restricted-globals': 'off' } },
  { files: ['src/**/*.spec.ts'], rules: { '@typescript-eslint/no-non-null-assertion': 'off' } },
  {
    files: ['script/**/*.mjs', 'e2e/**/*.mjs', '*.js'],
    rules: { 'no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }], 'no-undef': 'off', 'max-lines': ['error', 600] },
  },
)
