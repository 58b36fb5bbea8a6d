import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { offline, SERVICE_WORKER } from './vite.offline.ts';

export default defineConfig({
  // Relative, so that the built folder can be hosted under any path.
  base: './',
  plugins: [react(), offline()],
  worker: { format: 'es' },
  build: {
    target: 'es2022',
    chunkSizeWarningLimit: 2000,
    rollupOptions: {
      input: { index: 'index.html', [SERVICE_WORKER]: 'workers/serviceWorker.ts' },
      // At the root, because a service worker's folder is its scope; under one name, because browsers look there for news.
      output: {
        entryFileNames: ({ name }) => (name === SERVICE_WORKER ? '[name].js' : 'assets/[name]-[hash].js'),
      },
    },
  },
  server: { host: '127.0.0.1' },
});
