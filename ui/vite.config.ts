// SPDX-License-Identifier: Apache-2.0
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

const server = process.env['XIE_SERVER'] ?? 'http://127.0.0.1:8080'

export default defineConfig({
  plugins: [vue()],
  base: '/',
  build: {
    target: 'es2022',
    chunkSizeWarningLimit: 1600,
    rollupOptions: {
      output: {
        manualChunks: (id) =>
          id.includes('maplibre-gl') ? 'maplibre' : id.includes('echarts') || id.includes('zrender') ? 'echarts' : id.includes('element-plus') ? 'element' : undefined,
      },
    },
  },
  server: { proxy: { '/api': { target: server }, '/healthz': { target: server } } },
  test: { include: ['src/**/*.spec.ts'], environment: 'node' },
})
