import { scriptedPartnersOf } from '../agent/scriptedPartners.ts';
import type { EnvironmentName } from '../record/environmentName.ts';
import type { Player } from '../record/experiment.ts';

/**
 * Rules that there are in every environment. `random-legal`: each turn a random strategy that applies, carried out to the
 * letter. `rule-player`: one of the players of the built-in model's corpus, of a temperament that is drawn for the dialogue.
 */
export const RULES = ['random-legal', 'rule-player'] as const;

/** What a player `script` may be called there. */
export function scriptedNames(environment: EnvironmentName): readonly string[] {
  return [...RULES, ...scriptedPartnersOf(environment).keys()];
}

/** As reports name it. */
export function describePlayer(player: Player): string {
  const at = (temperature: number) => (temperature === 0 ? 'greedy' : `T ${temperature}`);
  switch (player.kind) {
    case 'base':
      return `untrained, ${at(player.temperature)}`;
    case 'trained':
      return `${player.runId} after ${player.updates} updates, ${at(player.temperature)}`;
    case 'none':
      return 'no strategist';
    case 'react':
      return 'ReAct';
    case 'fixed':
      return `fixed: ${player.text}`;
    case 'script':
      return `script: ${player.name}`;
    case 'chat':
      return 'model on the agent’s server';
  }
}
