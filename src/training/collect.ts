import type { RunEvent } from '../record/runEvent.ts';
import type { RunConfig } from '../record/runConfig.ts';
import type { Decoder } from '../policy/engine.ts';
import { runWriters, type Desk, type Job } from '../policy/generate.ts';
import { scenariosOf } from './gather/curriculum.ts';
import { firstDialogues } from './gather/firstDialogues.ts';
import { groupsOf } from './gather/groups.ts';
import { HINT_TIERS, hintedDialogues } from './gather/hints.ts';
import { laterDialogues } from './gather/laterDialogues.ts';
import { REFILLS, refillingDialogues } from './gather/refill.ts';
import { refinements } from './gather/refine.ts';
import { withWorths, worthSamples } from './gather/rolloutValue.ts';
import type { Gathered, Group, Setting, Wanted } from './gather/setting.ts';
import { ended, streamTo } from './gather/streaming.ts';
import { contextCount, playBranches, type EpisodePlan, type PlayedEpisode } from './rollout.ts';
import { partnerOf } from './seatPlan.ts';

export interface CollectedBatch {
  readonly episodes: readonly PlayedEpisode[];
  readonly tokensFed: number;
  readonly tokensSampled: number;
}

/** Dialogues of a batch whose text is streamed to the page while they happen. */
const STREAMED_EPISODES = 4;

/** Cache slots with which all dialogues of a batch are played at once. More would stay empty; with fewer, some wait. */
export function slotsNeeded(config: RunConfig): number {
  const { episodesPerUpdate, trainedSeats, agent } = config;
  // A dialogue, a branch of it and one that plays on from there are open at the same time.
  const episodes = Math.max(worthSamples(config) > 0 ? 3 : 2, episodesPerUpdate);
  // The policy has a context of its own wherever it is strategist, beside that of the base as agent; elsewhere the base is
  // strategist and agent in one. Scripts and whoever is asked outside the engine have none.
  const trained = agent === 'model' ? 2 : 1;
  if (trainedSeats === 'both') return 2 * trained * episodes;
  const isBaseThere = config.partnerStrategist === 'base' || partnerOf(config).agent === 'model';
  return (trained + (isBaseThere ? 1 : 0)) * episodes;
}

/** A dialogue that is about to be played, and what branches off from it. */
export interface PlannedDialogue<State> {
  readonly wanted: Wanted<State>;
  readonly plan: EpisodePlan<State>;
}

/** Names the dialogues and their random numbers, in order. @param before how many the update has had */
export function named<State>(
  { config, updateIndex }: Pick<Setting<State>, 'config' | 'updateIndex'>,
  wanted: readonly Wanted<State>[],
  before: number,
): PlannedDialogue<State>[] {
  return wanted.map((one, position) => {
    const index = before + position;
    const plan: EpisodePlan<State> = {
      episodeId: `${updateIndex}-${index}`,
      scenario: one.group.scenario,
      seats: one.seats,
      seed: config.seed,
      coordinates: [updateIndex, index],
      source: one.source ?? 'policy',
    };
    return { wanted: one, plan };
  });
}

/** What to play next, knowing how everything so far has ended. */
type Phase = <State>(
  setting: Setting<State>,
  groups: readonly Group<State>[],
  gathered: readonly Gathered<State>[],
) => readonly Wanted<State>[];

const PHASES: readonly Phase[] = [
  firstDialogues,
  laterDialogues,
  refinements,
  ...HINT_TIERS.map(
    (tier): Phase =>
      (setting, groups, gathered) =>
        hintedDialogues(setting, groups, gathered, tier),
  ),
  ...REFILLS.map(
    (round): Phase =>
      (setting, _, gathered) =>
        refillingDialogues(setting, gathered, round),
  ),
];

/**
 * Plays what the objective wants to learn from, phase after phase: what a phase plays may depend on how the ones before it
 * ended, and on nothing else. Yields news of the streamed dialogues and of the progress.
 */
export async function* collectBatch<State>(
  setting: Setting<State>,
  decoder: Decoder,
  signal: AbortSignal,
): AsyncGenerator<RunEvent, CollectedBatch> {
  const { config, table, updateIndex } = setting;
  const groups = groupsOf(config, table.environment, updateIndex, setting, scenariosOf(setting));
  const gathered: Gathered<State>[] = [];
  let [dialogues, tokensFed, tokensSampled, share] = [0, 0, 0, 0];
  for (const phase of PHASES) {
    const planned = named(setting, phase(setting, groups, gathered), dialogues);
    if (planned.length === 0) continue;
    const played = yield* playAll(setting, planned, { episodes: gathered.length, share }, decoder, signal);
    dialogues += planned.length;
    share = played.share;
    tokensFed += played.tokensFed;
    tokensSampled += played.tokensSampled;
    gathered.push(...played.gathered);
  }
  return { episodes: gathered.map(({ episode }) => episode), tokensFed, tokensSampled };
}

interface Played<State> extends Pick<CollectedBatch, 'tokensFed' | 'tokensSampled'> {
  readonly gathered: readonly Gathered<State>[];
  readonly share: number;
}

/** @param before what the update has played already, and the share of the rollouts that was told of it */
async function* playAll<State>(
  { config, table, updateIndex }: Setting<State>,
  planned: readonly PlannedDialogue<State>[],
  before: { readonly episodes: number; readonly share: number },
  decoder: Decoder,
  signal: AbortSignal,
): AsyncGenerator<RunEvent, Played<State>> {
  const news: RunEvent[] = [];
  const isStreamed = (index: number) => before.episodes === 0 && index < STREAMED_EPISODES;
  const samples = worthSamples(config);
  const afterwards = samples > 0 ? withWorths(table, samples) : undefined;
  const jobs = planned.map(({ plan, wanted }, index): Job<readonly PlayedEpisode[]> => {
    const count = wanted.branches?.count ?? 0;
    return {
      slotCount: contextCount(plan) * (1 + (count > 0 ? 1 : 0) + (samples > 0 ? 1 : 0)),
      start: (desk: Desk) => {
        const listener = isStreamed(index) ? streamTo(news, plan, updateIndex) : {};
        const branchesOf = (trunk: PlayedEpisode) => wanted.branches?.plansOf(plan, trunk) ?? [];
        return playBranches(table, plan, branchesOf, desk, listener, afterwards);
      },
    };
  });
  const expected = planned.reduce((sum, { wanted }) => sum + 1 + (wanted.branches?.count ?? 0), before.episodes);
  const outcomes: (readonly PlayedEpisode[])[] = [];
  let [finishedCount, tokensFed, tokensSampled, share] = [before.episodes, 0, 0, before.share];
  for await (const report of runWriters(decoder, jobs, signal)) {
    tokensFed += report.tokensFed;
    tokensSampled += report.tokensDrawn;
    for (const { index, outcome } of report.finished) {
      outcomes[index] = outcome;
      finishedCount += outcome.length;
      const [trunk] = outcome;
      if (isStreamed(index) && trunk) news.push(ended(trunk));
    }
    if (report.finished.length > 0) {
      // What a later phase adds was not expected before: the share waits, and never falls.
      share = Math.max(share, finishedCount / Math.max(expected, config.episodesPerUpdate));
      news.push({ kind: 'phase.progressed', updateIndex, phase: 'rollout', share });
    }
    yield* news.splice(0);
  }
  const gathered = planned.flatMap(({ wanted: { group, isKept = () => true } }, index) =>
    withStem(outcomes[index] ?? []).flatMap((episode) => (isKept(episode) ? [{ group, episode }] : [])),
  );
  return { gathered, tokensFed, tokensSampled, share };
}

/** A dialogue from whose turns others branch off is compared with those of its first stem. */
function withStem([trunk, ...branches]: readonly PlayedEpisode[]): PlayedEpisode[] {
  if (!trunk) return [];
  const stem = branches.find((branch) => branch.stem?.episodeId === trunk.episodeId)?.stem ?? trunk.stem;
  return [{ ...trunk, stem }, ...branches];
}
