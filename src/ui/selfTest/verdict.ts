import { summariseByKernel } from '../../../workers/kernelSummary.ts';
import { formatAmount } from '../format.ts';
import type { SelfTestState } from './selfTestState.ts';

export interface Verdict {
  readonly tone: 'plain' | 'gain' | 'loss';
  readonly headline: string;
  readonly detail: string;
}

/** What the results so far mean for the person. */
export function describeVerdict({ phase, results, total }: SelfTestState): Verdict {
  const kernels = summariseByKernel(results);
  const failed = kernels.filter(({ outcome }) => outcome === 'failed');
  const absent = kernels.filter(({ outcome }) => outcome === 'unavailable');
  const ran = results.filter(({ outcome }) => outcome !== 'unavailable').length;
  const notRun =
    absent.length === 0 ? '' : ` ${formatAmount(absent.length, 'kernel')} could not run: the adapter lacks a feature.`;
  if (failed.length > 0) {
    return {
      tone: 'loss',
      headline: `${formatAmount(failed.length, 'kernel')} of ${kernels.length} failed`,
      detail:
        'Do not trust what a run computes on this adapter. Update the browser and the graphics driver, then test again.',
    };
  }
  if (phase === 'finished') {
    return {
      tone: 'gain',
      headline: `All ${formatAmount(ran, 'check')} passed`,
      detail: `This adapter computes what PyTorch computes, in ${formatAmount(kernels.length - absent.length, 'kernel')}.${notRun}`,
    };
  }
  if (phase === 'running') {
    return {
      tone: 'plain',
      headline: total === 0 ? 'Fetching PyTorch’s numbers…' : `${results.length} of ${formatAmount(total, 'check')}`,
      detail: `${results.at(-1)?.name ?? ''}`,
    };
  }
  if (phase === 'idle')
    return {
      tone: 'plain',
      headline: 'Not tested yet',
      detail: 'Hundreds of checks; it can be cancelled at any time.',
    };
  return { tone: 'plain', headline: `Stopped after ${results.length} of ${formatAmount(total, 'check')}`, detail: '' };
}
