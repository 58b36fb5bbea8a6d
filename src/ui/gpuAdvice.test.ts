import { expect, test } from 'vitest';
import { explainMissingGpu } from './gpuAdvice.ts';

const linuxChrome =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';

test('plain http is named before the browser is blamed', () => {
  const advice = explainMissingGpu({ isSecureContext: false, hasGpu: false, userAgent: linuxChrome });
  expect(advice.why).toContain('https');
});

test('a browser with WebGPU but no adapter is sent to its driver', () => {
  const advice = explainMissingGpu({ isSecureContext: true, hasGpu: true, userAgent: linuxChrome });
  expect(advice.fix).toContain('driver');
});

test('Chrome on Linux learns the flags it needs', () => {
  const advice = explainMissingGpu({ isSecureContext: true, hasGpu: false, userAgent: linuxChrome });
  expect(advice.fix).toContain('chrome://flags');
});
