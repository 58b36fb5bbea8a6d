import { AppError } from '../../base/errors.ts';
import type { Environment, Outcome } from '../../environment/environment.ts';
import { environmentFor } from '../../environment/registry.ts';
import { TRANSCRIPT, type Dialogue, type DialogueTurn } from '../../record/dialogueSet.ts';
import { transcript } from './transcript.ts';

/** Where a recorded dialogue stands. */
export interface Recalled {
  /** Turns that were taken. */
  readonly turns: number;
  /** The state of the environment that it was played in; null where that would have gone another way. */
  readonly inner: { readonly state: unknown } | null;
}

/**
 * The environment of one recorded dialogue: what was said and read is what the record says, however the rules may have
 * changed since, and it ends where the record ends. What the record does not hold (the value of an offer, turns left) is
 * asked of the environment that it was played in, as long as that agrees on who is to move.
 */
export function recordedEnvironment(dialogue: Dialogue, inner: Environment<unknown>): Environment<Recalled> {
  const turnAt = ({ turns }: Recalled): DialogueTurn | null => dialogue.turns[turns] ?? null;
  const agreed = (turns: number, state: unknown): Recalled['inner'] =>
    inner.seatToMove(state) === dialogue.turns[turns]?.seat ? { state } : null;
  const asked = <Value>(at: Recalled, otherwise: Value, ask: (state: unknown) => Value): Value =>
    at.inner ? ask(at.inner.state) : otherwise;
  return {
    name: inner.name,
    description: { ...inner.description, board: () => [] },
    scenarioSchema: inner.scenarioSchema,
    actionSchema: inner.actionSchema,
    turnLimit: inner.turnLimit,
    scenarios: (split) => inner.scenarios(split),
    sampleScenario: (random, split) => inner.sampleScenario(random, split),
    yardsticks: () => inner.yardsticks(),
    start: (scenario, turnLimit) => ({ turns: 0, inner: agreed(0, inner.start(scenario, turnLimit)) }),
    seatToMove: (at) => turnAt(at)?.seat ?? null,
    view: (scenario, seat) => inner.view(scenario, seat),
    board: (at) => turnAt(at)?.board ?? '',
    readAction: (at) => turnAt(at)?.action ?? { kind: 'talk' },
    readStrategy: (at, strategy, action) => asked(at, UNREAD, (state) => inner.readStrategy(state, strategy, action)),
    carryOut: () => null,
    step: (at, action) => ({
      turns: at.turns + 1,
      inner: asked(at, null, (state) => agreed(at.turns + 1, inner.step(state, action))),
    }),
    turnsLeft: (at, seat) => asked(at, 1, (state) => inner.turnsLeft(state, seat)),
    outcome: () => outcomeOf(dialogue),
    offerValue: (at, seat) => asked(at, null, (state) => inner.offerValue?.(state, seat) ?? null),
    proposalValue: (at, seat) => asked(at, null, (state) => inner.proposalValue?.(state, seat) ?? null),
    isProposal: (action) => inner.isProposal?.(action) ?? false,
  };
}

const UNREAD = { family: null, isApplicable: false, isFollowed: null };

/** Points that nobody knows stand at 0 and are marked. */
function outcomeOf({ endReason, points, isParetoOptimal }: Dialogue): Outcome {
  const unscored = ([0, 1] as const).filter((seat) => points[seat] === null);
  return {
    endReason,
    points: [points[0] ?? 0, points[1] ?? 0],
    isParetoOptimal,
    ...(unscored.length > 0 && { unscored }),
  };
}

/**
 * Where a dialogue was played: in the environment of the run if that knows its scenario, in another one of the lab, or
 * nowhere that is known.
 *
 * @throws AppError `dialogue-scenario`
 */
export function environmentOfDialogue<State>(
  { dialogueId, scenario }: Pick<Dialogue, 'dialogueId' | 'scenario'>,
  own: Environment<State>,
): Environment<unknown> {
  if (scenario.environment === own.name && own.scenarioSchema.safeParse(scenario).success) {
    return own as unknown as Environment<unknown>; // its states only go back to it
  }
  if (scenario.environment === TRANSCRIPT && transcript.scenarioSchema.safeParse(scenario).success) {
    return transcript as unknown as Environment<unknown>;
  }
  const other = environmentFor(scenario);
  if (other) return other;
  throw new AppError('dialogue-scenario', {
    what: `Nobody can say what the strategist read in the dialogue "${dialogueId}".`,
    why: `Its scenario is one of "${scenario.environment}", which this version does not know, or has another form.`,
    fix: 'Leave the dialogue out, or learn from it with the version of Parley that played it.',
  });
}
