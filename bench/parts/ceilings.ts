import { copyCeiling, matmulCeiling, tfjsMultiplier } from '../ceilings.ts';
import { ourMultiplier } from '../ours.ts';
import type { Setting } from './part.ts';

/** What the adapter can do at most: the better of our product and tfjs's, and a copy. */
export async function measureCeilings({ gpu, size, recorder, say }: Setting): Promise<void> {
  say('ceilings');
  const multipliers = [(side: number) => ourMultiplier(gpu, side), tfjsMultiplier];
  const { side, gflops } = await matmulCeiling(multipliers, size.smallestProduct, size.trainRounds);
  const [ours = [], tfjs = []] = gflops;
  recorder.put('ceilings.matmulSide', [side]);
  recorder.put('matmul.ours', ours);
  recorder.put('matmul.tfjs', tfjs);
  recorder.put('ceilings.matmulGflops', Math.max(...ours) >= Math.max(...tfjs) ? ours : tfjs);
  recorder.put('ceilings.copyGBs', await copyCeiling(gpu, size.copyBytes, size.decodeRounds));
}
