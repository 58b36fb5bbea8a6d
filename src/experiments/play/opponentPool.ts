import type { Checkpoint } from '../../record/checkpoint.ts';
import type { Opponents, TrainedWeights } from '../../record/experiment.ts';
import type { RunConfig } from '../../record/runConfig.ts';
import type { Opponent, OpponentPool } from '../../training/opponents.ts';
import { trainedIn } from '../../training/trainerState.ts';
import { seatingOf } from './seats.ts';

/**
 * The pool of a training as the trainer takes it: members sit there as they do where they are measured, past versions with
 * their own weights beside the base that all share.
 */
export async function opponentPool(
  { selfPlayShare, members }: Opponents,
  config: RunConfig,
  checkpointOf: (weights: TrainedWeights) => Promise<Checkpoint>,
): Promise<OpponentPool<unknown>> {
  const opponents: Opponent<unknown>[] = [];
  for (const { player } of members) {
    opponents.push({
      weights: player.kind === 'trained' ? trainedIn(await checkpointOf(player)) : null,
      seat: (cast, speaker, scenario, seat, group) =>
        seatingOf(player, config, cast, () => speaker)(scenario, seat, group),
    });
  }
  return { selfPlayShare, members: opponents };
}
