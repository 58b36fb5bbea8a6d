import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Flags that give headless Chromium a WebGPU device without a GPU (SwiftShader) and keep it off the network. */
export const CHROMIUM_FLAGS = [
  '--no-sandbox',
  '--enable-unsafe-webgpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

const SYSTEM_BROWSERS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Path of a Chromium that is on this machine, or null. `CHROMIUM_PATH` wins. */
export function findChromium() {
  const named = process.env.CHROMIUM_PATH;
  if (named) return existsSync(named) ? named : null;
  return SYSTEM_BROWSERS.find(existsSync) ?? downloadedChromium();
}

/** Playwright takes most of a second to load, which every command would pay for. */
function downloadedChromium() {
  const path = createRequire(import.meta.url)('playwright').chromium.executablePath();
  return path && existsSync(path) ? path : null;
}

/**
 * Environment in which Dawn (WebGPU in Node) finds a Vulkan driver: the machine's own where it has one, else the CPU
 * adapter (SwiftShader) and the Vulkan loader that come with Chromium. Must be set before the process starts.
 */
export function vulkanEnvironment() {
  if (process.platform !== 'linux' || process.env.VK_ICD_FILENAMES || hasHardwareDriver()) return {};
  const folders = ['/usr/lib/chromium', '/usr/lib64/chromium-browser', '/opt/google/chrome'];
  const executable = findChromium();
  if (executable) folders.push(dirname(executable));
  const folder = folders.find((candidate) => existsSync(join(candidate, 'vk_swiftshader_icd.json')));
  if (!folder) return {};
  const libraries = [process.env.LD_LIBRARY_PATH, folder].filter(Boolean).join(':');
  return { VK_ICD_FILENAMES: join(folder, 'vk_swiftshader_icd.json'), LD_LIBRARY_PATH: libraries };
}

/**
 * Mesa's packages bring drivers for many GPUs to machines that have none: a driver counts where a device is. Its CPU driver
 * (`lvp`) does not count: Dawn refuses old ones. A new one is named with VK_ICD_FILENAMES (docs/experiments.md).
 */
function hasHardwareDriver() {
  const hasDevice = ['/dev/dri', '/dev/nvidiactl', '/dev/dxg'].some(existsSync);
  const hasDriver = ['/usr/share/vulkan/icd.d', '/etc/vulkan/icd.d'].some(
    (folder) => existsSync(folder) && readdirSync(folder).some((name) => !name.startsWith('lvp')),
  );
  return hasDevice && hasDriver;
}
