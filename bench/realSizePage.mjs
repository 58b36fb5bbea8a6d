import { spawnBundled } from '../cli/spawnBundled.mjs';

spawnBundled('bench/realSizePage.ts');
