import { RandomStream } from '../../base/random.ts';
import type { SeatIndex } from '../../record/scenario.ts';
import type { ChatFormat } from '../../policy/chatFormat.ts';
import type { PlayedEpisode } from '../rollout.ts';
import { bestExperts, teacherOf, type Experts } from './experts.ts';
import { SUCCESS, withStrategists, type Gathered, type Group, type Setting, type Wanted } from './setting.ts';

/** The part of a context that an example may take; the dialogue itself needs the rest. */
export const SHARE_OF_CONTEXT = 0.5;

/**
 * A dialogue whose trained strategists read an example before their own view: a dialogue that went well for their seat, in
 * another scenario. It is the best of those that were played already, or else one of rule-made experts. An objective that
 * says how guided tokens enter its loss trains them without the example; any other trains what was sampled, example included.
 *
 * @param name of its random numbers within the update
 * @returns null where there is nothing to show
 */
export function guidedSeats<State>(
  setting: Setting<State>,
  group: Group<State>,
  name: string,
  gathered: readonly Gathered<State>[],
): Wanted<State> | null {
  const isTrainedWith = setting.objective.data.guided === null;
  let isComplete = true;
  const seats = withStrategists(group, (seat, strategist) => {
    const tokenIds = ownExample(setting, group, seat, gathered) ?? expertExample(setting, seat, name) ?? [];
    isComplete &&= tokenIds.length > 0;
    return { ...strategist, help: { tokenIds, isTrainedWith } };
  });
  return isComplete ? { group, seats, source: isTrainedWith ? 'policy' : 'guided' } : null;
}

/** The most successful dialogue of another scenario in this batch, as the seat's strategist read it. */
function ownExample<State>(
  { table }: Setting<State>,
  group: Group<State>,
  seat: SeatIndex,
  gathered: readonly Gathered<State>[],
): number[] | null {
  const candidates = gathered.flatMap(({ group: other, episode }) => {
    const isExample = other !== group && episode.source === 'policy' && episode.trainedSeats.includes(seat);
    return isExample && episode.outcome.points[seat] / 10 >= SUCCESS ? [episode] : [];
  });
  const best = candidates.toSorted((a, b) => b.outcome.points[seat] - a.outcome.points[seat])[0];
  return best ? wholeTurns(best, seat, table.chatFormat, table.contextLength * SHARE_OF_CONTEXT) : null;
}

/** What the seat's strategist read and wrote, up to where the last own turn that fits into `limit` tokens is over. */
export function wholeTurns(
  { contexts, turns }: Pick<PlayedEpisode, 'contexts' | 'turns'>,
  seat: SeatIndex,
  chatFormat: Pick<ChatFormat, 'openOwnTurn'>,
  limit: number,
): number[] {
  const context = contexts[seat] ?? [];
  const begins = turns.flatMap(({ seat: speaker, sample, board }) =>
    speaker === seat && sample ? [sample.firstIndex - chatFormat.openOwnTurn(board).length] : [],
  );
  const ends = [...begins.slice(1), context.length];
  return context.slice(0, ends.findLast((end) => end <= limit) ?? 0);
}

function expertExample<State>(
  { config, table, updateIndex }: Setting<State>,
  seat: SeatIndex,
  name: string,
): number[] | null {
  const { environment, chatFormat, contextLength, turnLimit } = table;
  const teacher = teacherOf(environment);
  if (!teacher || (environment.worldReply && seat === 1)) return null;
  const scenario = environment.sampleScenario(new RandomStream(config.seed, 'example', updateIndex, name), 'train');
  const experts = bestExperts(teacher, scenario, [seat], turnLimit, config.seed, ['example', updateIndex, name, seat]);
  const view = chatFormat.openView(environment.view(scenario, seat));
  return contextOf(experts, seat, view, chatFormat, contextLength * SHARE_OF_CONTEXT);
}

/** What the seat's strategist would have read and written, whole own turns only, at most `limit` tokens; null for no turn. */
export function contextOf(
  { turns }: Pick<Experts<unknown>, 'turns'>,
  seat: SeatIndex,
  view: readonly number[],
  { openOwnTurn, strategy, openAction, action, partnerTurn }: ChatFormat,
  limit: number,
): number[] | null {
  const context = [...view];
  let whole: number[] | null = null;
  for (const turn of turns) {
    context.push(
      ...(turn.seat === seat
        ? [...openOwnTurn(turn.board), ...strategy(turn.strategy), ...openAction, ...action(turn.utterance)]
        : partnerTurn(turn.utterance)),
    );
    if (context.length > limit) break;
    if (turn.seat === seat) whole = [...context];
  }
  return whole;
}
