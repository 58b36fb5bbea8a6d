import type { Chats } from '../agent/chat/chat.ts';
import { AppError } from '../base/errors.ts';
import type { ChatServers, RunConfig } from '../record/runConfig.ts';
import { judgeRewardOf } from '../reward/turnRewards.ts';
import { browserModelMissing, partnerOf, serverMissing, thoughtless } from './seatPlan.ts';

/** Servers that are named, or chats that are open; `browser`: whether the browser has a model, or that model. */
type Named = (ChatServers & { readonly browser: boolean }) | Chats;

/**
 * Whether everybody whom the config calls to a seat, or to judge, can come.
 *
 * @throws AppError `chat-server-missing`, `chat-browser-missing`, `agent-thoughtless`, `strategy-missing`
 */
export function assertSeats(config: RunConfig, named: Named): void {
  const { agent, trainedSeats, partnerStrategy } = config;
  const hasPartner = trainedSeats === 'alternate';
  const { strategist, agent: partnerKind } = partnerOf(config);
  if (agent === 'chat' && !named.agent) throw serverMissing('agent', 'The agent is on a chat server.');
  if (agent === 'browser' && !named.browser) throw browserModelMissing();
  if (judgeRewardOf(config) !== null && config.judge === 'chat' && !named.judge)
    throw serverMissing('judge', 'A judge gives the turn rewards.');
  if (!hasPartner) return;
  if (partnerKind === 'chat' && !named.agent) throw serverMissing('agent', 'The partner’s agent is on a chat server.');
  if (partnerKind === 'browser' && !named.browser) throw browserModelMissing();
  if (strategist === 'react' && partnerKind === 'script') throw thoughtless();
  if (typeof strategist === 'object' && partnerStrategy.trim() === '') {
    throw new AppError('strategy-missing', {
      what: 'The partner’s strategist has nothing to say.',
      why: 'It is fixed, and partnerStrategy is empty.',
      fix: 'Write the strategy: in the page under “Who plays”, or into a config file: {"partnerStrategy": "…"}.',
    });
  }
}
