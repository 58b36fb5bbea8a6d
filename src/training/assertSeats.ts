import type { Chats } from '../agent/chat/chat.ts';
import { AppError } from '../base/errors.ts';
import type { ChatServers, RunConfig } from '../record/runConfig.ts';
import { isJudgeReward } from '../reward/turnRewards.ts';
import { partnerOf, serverMissing, thoughtless } from './seatPlan.ts';

/**
 * Whether everybody whom the config calls to a seat, or to judge, can come.
 *
 * @param named servers that are named, or chats that are open
 * @throws AppError `chat-server-missing`, `agent-thoughtless`, `strategy-missing`
 */
export function assertSeats(config: RunConfig, named: ChatServers | Chats): void {
  const { agent, partnerStrategist, partnerStrategy, trainedSeats, turnReward } = config;
  const hasPartner = trainedSeats === 'alternate';
  const partnerKind = partnerOf(config).agent;
  if (agent === 'chat' && !named.agent) throw serverMissing('agent', 'The agent is on a chat server.');
  if (isJudgeReward(turnReward) && !named.judge) throw serverMissing('judge', 'A judge gives the turn rewards.');
  if (!hasPartner) return;
  if (partnerKind === 'chat' && !named.agent) throw serverMissing('agent', 'The partner’s agent is on a chat server.');
  if (partnerStrategist === 'react' && partnerKind === 'script') throw thoughtless();
  if (partnerStrategist === 'fixed' && partnerStrategy.trim() === '') {
    throw new AppError('strategy-missing', {
      what: 'The partner’s strategist has nothing to say.',
      why: 'It is fixed, and partnerStrategy is empty.',
      fix: 'Write the strategy into the config file: {"partnerStrategy": "…"}.',
    });
  }
}
