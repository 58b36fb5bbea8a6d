import { spawnBundled } from '../cli/spawnBundled.mjs';

spawnBundled('bench/realSize.ts');
