import type { GpuDevice } from '../../src/gpu/device.ts';
import type { ModelConfig } from '../../src/policy/modelConfig.ts';
import type { Contestant } from '../contestant.ts';
import type { GpuWatch } from '../gpuWatch.ts';
import type { Recorder } from '../recorder.ts';
import type { Size } from '../size.ts';

/** What every part of the bench works with. */
export interface Setting {
  readonly gpu: GpuDevice;
  readonly config: ModelConfig;
  /** Ours first, then the opponents. */
  readonly main: readonly Contestant[];
  /** Compared too, under `beside.`; they use no GPU. */
  readonly beside: readonly Contestant[];
  readonly watch: GpuWatch;
  readonly size: Size;
  readonly recorder: Recorder;
  /** Hears what happens next. */
  readonly say: (text: string) => void;
}

/** A session that takes part, and where its figures stand: under `` or `beside.`. */
export interface Entrant<Session> {
  readonly prefix: string;
  readonly name: string;
  readonly session: Session;
}

/** Everybody's session that can be opened; why one cannot is noted under `figure`. */
export async function openAll<Session>(
  { main, beside, recorder }: Setting,
  figure: string,
  open: (contestant: Contestant) => Promise<Session | null>,
): Promise<Entrant<Session>[]> {
  const entrants: Entrant<Session>[] = [];
  const everybody = [
    ...main.map((contestant) => ({ contestant, prefix: '' })),
    ...beside.map((contestant) => ({ contestant, prefix: 'beside.' })),
  ];
  for (const { contestant, prefix } of everybody) {
    const { name } = contestant;
    const session = await recorder.attempt(`${prefix}${figure}.${name}`, () => open(contestant));
    if (session !== null) entrants.push({ prefix, name, session });
  }
  return entrants;
}
