import { z } from 'zod';
import { ChatUsage } from './chatEndpoint.ts';

/** What a judge did for an update. */
export const JudgeMetrics = z.strictObject({
  /** Sides of dialogues that were to be judged, and those of them that were not: they have the reward of the outcome alone. */
  judgements: z.int(),
  missingJudgements: z.int(),
  /** Turns of the sides that were judged to which a rule gave no credit, whatever the judge said. */
  setAsideTurns: z.int(),
  /** Dialogues whose goals no rule checks, and those of them that nobody could score: nothing is learned from them. */
  evaluations: z.int(),
  missingEvaluations: z.int(),
});
export type JudgeMetrics = z.infer<typeof JudgeMetrics>;

/**
 * What one update reports. Keys follow the field's names where there is one. Points are on the 0–10 scale of the game,
 * entropies and KL in nats per strategy token, times in seconds.
 */
export const UpdateMetrics = z.strictObject({
  pointsSeat0: z.number(),
  pointsSeat1: z.number(),
  pointsTrained: z.number(),
  agreementShare: z.number(),
  /** Of the agreed episodes. */
  paretoShare: z.number(),
  readableShare: z.number(),
  applicableShare: z.number(),
  invalidActionShare: z.number(),
  truncatedStrategyShare: z.number(),
  turnsPerEpisode: z.number(),
  turnRewardMean: z.number(),
  returnMean: z.number(),
  /** Share of the variance of the reward-to-go that the baseline explains, before it is fitted on this batch. */
  baselineExplainedVariance: z.number(),
  loss: z.number(),
  entropy: z.number(),
  klToBase: z.number(),
  gradientNorm: z.number(),
  learningRate: z.number(),
  /** max |log-prob(sampler) − log-prob(trainer)| over the batch before the update. */
  logProbDifferenceMax: z.number(),
  /** max |ratio − 1| before the update. */
  ratioDeviationMax: z.number(),
  /** Share of scenario groups whose episodes all earned the same. */
  zeroSpreadGroupShare: z.number(),
  tokensSampled: z.number(),
  tokensFed: z.number(),
  tokensTrained: z.number(),
  tokensPerSecond: z.number(),
  rolloutSeconds: z.number(),
  scoreSeconds: z.number(),
  updateSeconds: z.number(),
  /** Checkpoints saved between the last update's report and this one. */
  saveSeconds: z.number(),
  /** Evaluations on held-out scenarios between the last update's report and this one; absent where none was made. */
  evaluationSeconds: z.number().optional(),
  /** Judging the dialogues; absent where there was no judge, as all below. */
  judgeSeconds: z.number().optional(),
  judge: JudgeMetrics.optional(),
  /** What the chat servers were asked in this update. Kept replies cost nothing and are not in it. */
  agentUsage: ChatUsage.optional(),
  judgeUsage: ChatUsage.optional(),
  /**
   * What the environment can say exactly of the policy that played the batch, where a script carries its strategies out:
   * `exploitability`, for example. By name; see the environment's bare form.
   */
  measures: z.record(z.string(), z.number()).optional(),
  /**
   * What the objective made of the batch, under the names of TRL and verl where they mean the same, with its own beside
   * them (docs/algorithms.md lists them all); absent in updates from before it was kept.
   */
  objective: z.record(z.string(), z.number()).optional(),
});
export type UpdateMetrics = z.infer<typeof UpdateMetrics>;
/** Those of its keys that stand for one number, in every update. */
export const MetricName = UpdateMetrics.omit({
  measures: true,
  objective: true,
  evaluationSeconds: true,
  judgeSeconds: true,
  judge: true,
  agentUsage: true,
  judgeUsage: true,
}).keyof();
export type MetricName = z.infer<typeof MetricName>;
