import { spawnBundled } from './spawnBundled.mjs';

spawnBundled('cli/main.ts');
