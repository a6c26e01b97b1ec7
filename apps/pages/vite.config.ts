import { fileURLToPath } from 'node:url';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';

const api = 'http://127.0.0.1:3000';
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

// Built files go where the API serves them from. In development the page runs on vite's own port
// and everything that the API answers is passed on to it.
export default defineConfig({
  root: here('.'),
  plugins: [vue()],
  build: {
    outDir: here('../../dist/apps/pages'),
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: {
    host: '127.0.0.1',
    proxy: { '/v1': api, '/health': api, '/docs': api, '/openapi.json': api },
  },
});
