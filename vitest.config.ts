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
          server: { deps: { inline: [/@tensorflow/] } },
        },
      },
      {
        // tfjs has hundreds of small modules: let the dev server bundle it once, before the tests ask for it.
        optimizeDeps: {
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
