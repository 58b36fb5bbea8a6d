import { defineConfig } from '@playwright/test';
import { CHROMIUM_FLAGS, findChromium } from './cli/chromium.mjs';

const chromium = findChromium();

/** The built lab, served under a sub-path by a plain static server, in a real browser with a real WebGPU device. */
export default defineConfig({
  testDir: 'e2e',
  // A page on the CPU adapter leaves a core free a third of the time; more pages than two would wait for each other.
  workers: 2,
  projects: [
    { name: 'lab', testMatch: '*.e2e.ts', testIgnore: 'performance.e2e.ts' },
    // What the page costs is measured when nothing else runs.
    { name: 'performance', testMatch: 'performance.e2e.ts', dependencies: ['lab'] },
  ],
  timeout: 240_000,
  expect: { timeout: 60_000 },
  reporter: 'list',
  use: {
    baseURL: 'http://127.0.0.1:4173/lab/',
    viewport: { width: 1280, height: 900 },
    // Tests change what the server answers; a worker that keeps the build would answer in its place.
    serviceWorkers: 'block',
    launchOptions: {
      args: ['--headless=new', ...CHROMIUM_FLAGS],
      ...(chromium ? { executablePath: chromium } : {}),
    },
  },
  webServer: {
    command: 'node e2e/serve.mjs',
    url: 'http://127.0.0.1:4173/lab/',
    reuseExistingServer: false,
  },
});
