import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { CHROMIUM_FLAGS, findChromium } from './cli/chromium.mjs';

const chromium = findChromium();

/** By default a core is left free, which of two is half. */
const EVERY_CORE = '100%';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'node',
          maxWorkers: EVERY_CORE,
          include: ['{src,workers,cli,bench}/**/*.test.{ts,tsx}'],
          exclude: ['**/*.gpu.test.ts'],
          environment: 'node',
          // A limit ends what hangs; it says nothing about speed, which depends on what else the machine does.
          testTimeout: 60_000,
          server: { deps: { inline: [/@tensorflow/] } },
        },
      },
      {
        // What the tests import is bundled before they ask for it: a library that is found on the way reloads the page under a test.
        optimizeDeps: {
          entries: ['src/**/*.gpu.test.ts'],
          include: ['@tensorflow/tfjs', '@tensorflow/tfjs-backend-webgpu', '@huggingface/tokenizers', 'zod'],
        },
        test: {
          name: 'gpu',
          maxWorkers: EVERY_CORE,
          include: ['src/**/*.gpu.test.ts'],
          testTimeout: 120_000,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              launchOptions: {
                args: CHROMIUM_FLAGS,
                ...(chromium ? { executablePath: chromium } : {}),
              },
            }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
    ],
  },
});
