import { spawnBundled } from '../cli/spawnBundled.mjs';

spawnBundled('bench/bench.ts');
