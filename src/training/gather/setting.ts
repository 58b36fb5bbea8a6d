import { isScored } from '../../environment/environment.ts';
import type { Speaker } from '../../policy/engine.ts';
import type { ObjectiveMemory } from '../../record/objectiveMemory.ts';
import type { RunConfig } from '../../record/runConfig.ts';
import type { Scenario, SeatIndex } from '../../record/scenario.ts';
import { needsHint } from '../objective/data/guidance.ts';
import type { Objective } from '../objective/parts.ts';
import type { EpisodePlan, PlayedEpisode, Table } from '../rollout.ts';
import type { SeatedPool } from '../opponents.ts';
import type { Cast, SeatPlan } from '../seatPlan.ts';

/** Everything that decides which dialogues an update plays: a function of it, so that a resumed run plays the same. */
export interface Setting<State> {
  readonly config: RunConfig;
  readonly objective: Objective;
  readonly table: Table<State>;
  readonly updateIndex: number;
  /** From before the update. */
  readonly memory: ObjectiveMemory;
  readonly policy: Speaker;
  /** Who sits everywhere else. */
  readonly cast: Cast<State>;
  /** Who sits opposite in some of the groups; nobody else, if nothing is said. */
  readonly opponents?: SeatedPool<State>;
}

/** The dialogues of one scenario in a batch: who is compared with whom. */
export interface Group<State> {
  readonly scenario: Scenario;
  readonly seats: readonly [SeatPlan<State>, SeatPlan<State>];
  /** Dialogues that the run pays for it: own ones, guided ones, branches. */
  readonly size: number;
}

/** A dialogue that a rule wants to have played, before it has a name. */
export interface Wanted<State> {
  readonly group: Group<State>;
  readonly seats: readonly [SeatPlan<State>, SeatPlan<State>];
  readonly source?: EpisodePlan<State>['source'];
  readonly branches?: Branches<State>;
  /** Whether it joins the group, once it is over; it does, if nothing is said. */
  readonly isKept?: (played: PlayedEpisode) => boolean;
}

/** Dialogues that go on from turns of another one, and how they are compared. */
export interface Branches<State> {
  readonly count: number;
  /** The plans of the branches, as many as `count`. */
  plansOf(plan: EpisodePlan<State>, played: PlayedEpisode): readonly EpisodePlan<State>[];
}

/** A dialogue that was played, and the group it belongs to. */
export interface Gathered<State> {
  readonly group: Group<State>;
  readonly episode: PlayedEpisode;
}

/** The mean over the trained seats, 0–1. */
export function meanOutcome(episode: PlayedEpisode): number {
  const outcomes = outcomesOf(episode);
  return outcomes.reduce((sum, outcome) => sum + outcome, 0) / Math.max(1, outcomes.length);
}

type Strategist<State> = NonNullable<SeatPlan<State>['strategist']>;

/** The seats of a group with something else in place of the trained strategists. */
export function withStrategists<State>(
  { seats }: Group<State>,
  strategistOf: (seat: SeatIndex, strategist: Extract<Strategist<State>, { kind: 'model' }>) => Strategist<State>,
): readonly [SeatPlan<State>, SeatPlan<State>] {
  const changed = (seat: SeatIndex): SeatPlan<State> => {
    const { strategist, agent } = seats[seat];
    return strategist?.kind === 'model' && strategist.isTrained
      ? { strategist: strategistOf(seat, strategist), agent }
      : seats[seat];
  };
  return [changed(0), changed(1)];
}

/** How well the trained seats of a dialogue reached their goals, 0–1; those whose points are known. */
export function outcomesOf({ outcome, trainedSeats }: PlayedEpisode): number[] {
  const known = trainedSeats.filter((seat) => isScored(outcome, seat));
  return known.map((seat) => outcome.points[seat] / 10);
}

/** From here on a dialogue counts as a success: half of the goal. */
export const SUCCESS = 0.5;

/** Whether none of the policy's own dialogues of the group succeeded for anybody. */
export function hasFailed<State>(group: Group<State>, gathered: readonly Gathered<State>[]): boolean {
  const own = gathered.filter((one) => one.group === group && one.episode.source === 'policy');
  return needsHint(own.map(({ episode }) => isSuccess(episode)));
}

/** Whether somebody who is trained reached half of the goal. */
export function isSuccess(episode: PlayedEpisode): boolean {
  return outcomesOf(episode).some((outcome) => outcome >= SUCCESS);
}
