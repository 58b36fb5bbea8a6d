import { AppError } from '../../base/errors.ts';
import type { Environment } from '../../environment/environment.ts';
import type { Dialogue } from '../../record/dialogueSet.ts';
import type { RunConfig } from '../../record/runConfig.ts';
import { environmentOfDialogue } from './recordedEnvironment.ts';

/**
 * Whether the dialogues of a run are all there, and can be read.
 * @throws AppError `dialogues-missing`, `dialogue-scenario`
 */
export function assertRecallable<State>(
  { dialogues: lesson }: Pick<RunConfig, 'dialogues'>,
  dialogues: readonly Dialogue[],
  environment: Environment<State>,
): void {
  const count = lesson?.count ?? 0;
  if (dialogues.length !== count) {
    throw new AppError('dialogues-missing', {
      what: 'The dialogues that this run learns from are not all here.',
      why: `It was started with ${count}, and ${dialogues.length} were found.`,
      fix: 'Start a run with them again; what this one has trained is in its checkpoints.',
    });
  }
  for (const dialogue of dialogues) environmentOfDialogue(dialogue, environment);
}
