import { writeFile } from 'node:fs/promises';
import { SCRIPTED_PARTNERS, type ScriptedPartnerName } from '../../src/agent/scriptedPartner.ts';
import type { AnyAction, AnyScenario } from '../../src/environment/environment.ts';
import type { Lessons } from '../../src/environment/lessons.ts';
import { dealOrNoDealLessons } from '../../src/environment/negotiation/lessons.ts';
import { findSubject, SUBJECTS } from '../../src/environment/subjects.ts';
import type { Evaluation } from '../../src/record/evaluation.ts';
import { defaultRunConfig } from '../../src/record/runConfig.ts';
import type { RandomStream } from '../../src/base/random.ts';
import type { NegotiationState } from '../../src/environment/negotiation/state.ts';
import { evaluate, type EvaluationPlan } from '../../src/training/evaluate.ts';
import type { PlayedEpisode } from '../../src/training/rollout.ts';
import { usage, type Command, type Options, type Terminal } from '../arguments.ts';
import { loadWeights } from '../checkpointWeights.ts';
import { MODEL_HELP, openEngine } from '../loadModel.ts';

const NAMES = SUBJECTS.map(({ name }) => name);
const SCRIPTS = Object.keys(SCRIPTED_PARTNERS).map((name) => `scripted:${name}`);

export const evaluateCommand: Command = {
  name: 'evaluate',
  summary: 'Plays held-out scenarios; prints points and how well the model speaks, with 95 % intervals.',
  options: {
    model: { value: 'MODEL', help: `${MODEL_HELP}; otherwise the checkpoint’s own` },
    checkpoint: { value: 'DIR', help: 'trained strategist: <out>/checkpoints/<id>' },
    environment: { value: 'E', help: NAMES.join(', '), fallback: 'deal-or-no-deal' },
    split: { value: 'SPLIT', help: 'train, validation or test', fallback: 'test' },
    episodes: { value: 'N', help: 'episodes', fallback: '800' },
    seed: { value: 'S', help: 'seed of dialogues and order', fallback: '1' },
    strategist: {
      value: 'WHO',
      help: 'trained, base, none, or forced: a random applicable strategy each turn',
      fallback: 'base',
    },
    temperature: { value: 'T', help: 'temperature of the measured strategist; 0 is greedy', fallback: '1' },
    partner: {
      value: 'WHO',
      help: `frozen-base, self; deal-or-no-deal also ${SCRIPTS.join(', ')}`,
      fallback: 'frozen-base',
    },
    transcripts: { value: 'FILE', help: 'also write every dialogue there, one per line' },
    out: { value: 'FILE', help: 'also write the result there' },
  },
  run,
};

async function run(options: Options, terminal: Terminal): Promise<unknown> {
  const subject = findSubject(options.choice('environment', NAMES));
  if (!subject) throw new Error('evaluate: a subject that was just listed is gone');
  if (subject.name === dealOrNoDealLessons.environment.name) {
    return evaluateWith(options, terminal, dealOrNoDealLessons, negotiationPartner);
  }
  return subject.visit((lessons) => evaluateWith(options, terminal, lessons, modelPartner));
}

async function evaluateWith<
  State,
  Strategy extends { readonly family: string },
  S extends AnyScenario,
  A extends AnyAction,
>(
  options: Options,
  terminal: Terminal,
  lessons: Lessons<State, Strategy, S, A>,
  partnerNamed: (name: string) => EvaluationPlan<State>['partner'],
): Promise<Evaluation> {
  const { environment, worldReply, isLeak } = lessons;
  const strategist = options.choice('strategist', ['trained', 'base', 'none', 'forced']);
  const defaults = defaultRunConfig();
  const path = options.optional('checkpoint');
  if (strategist === 'trained' && path === null)
    throw usage('--strategist trained needs weights.', 'Add --checkpoint DIR.');
  // Every argument is checked before the model is loaded.
  const order: Omit<EvaluationPlan<State>, 'label'> = {
    split: options.choice('split', ['train', 'validation', 'test']),
    episodeCount: options.integer('episodes', 1, 1_000_000),
    seed: options.integer('seed', 0, 2_147_483_647),
    strategist:
      strategist === 'forced'
        ? { kind: 'script', write: (state, _seat, random) => forcedStrategy(lessons, state, random) }
        : strategist,
    temperature: options.number('temperature', 0, 2),
    agentTemperature: defaults.agentTemperature,
    partner: partnerNamed(options.text('partner')),
    turnLimit: lessons.turnLimit,
    strategyTokenLimit: defaults.strategyTokenLimit,
    actionTokenLimit: defaults.actionTokenLimit,
  };
  const { name, model, weights } = await loadWeights(path, options.optional('model'));
  const plan: EvaluationPlan<State> = { ...order, label: path ?? name };
  const { engine } = await openEngine(model);
  try {
    const { signal } = new AbortController();
    const progress = evaluate(plan, {
      environment,
      worldReply,
      isLeak,
      model,
      engine,
      trained: path === null ? null : weights,
      signal,
    });
    let step = await progress.next();
    while (!step.done) {
      terminal.progress(step.value, `${plan.episodeCount} episodes`);
      step = await progress.next();
    }
    const { evaluation, episodes } = step.value;
    const out = options.optional('out');
    if (out) await writeFile(out, `${JSON.stringify(evaluation, null, 2)}\n`);
    const transcripts = options.optional('transcripts');
    if (transcripts) await writeFile(transcripts, episodes.map(transcriptOf).join(''));
    return evaluation;
  } finally {
    engine.dispose();
  }
}

/** The strategies of the counterfactual test: drawn at random among those that apply. */
function forcedStrategy<
  State,
  Strategy extends { readonly family: string },
  S extends AnyScenario,
  A extends AnyAction,
>(lessons: Lessons<State, Strategy, S, A>, state: State, random: RandomStream): string {
  return lessons.strategyText(lessons.drawStrategy(state, random), random);
}

/** One line per episode: what was said, by whom, after which strategy. */
function transcriptOf<S extends AnyScenario, A extends AnyAction>(episode: PlayedEpisode<S, A>): string {
  const { scenario, outcome, turns } = episode;
  const spoken = turns.map(({ seat, strategy, strategyReading, utterance, action }) => ({
    seat,
    strategy,
    isFollowed: strategyReading?.isFollowed ?? null,
    utterance,
    act: action.kind,
  }));
  return `${JSON.stringify({ scenario: scenario.id, endReason: outcome.endReason, points: outcome.points, turns: spoken })}\n`;
}

function modelPartner(name: string): { readonly kind: 'frozen-base' | 'self' } {
  if (name === 'frozen-base' || name === 'self') return { kind: name };
  throw usage(`--partner is "${name}".`, 'Choose frozen-base or self.');
}

function negotiationPartner(name: string): EvaluationPlan<NegotiationState>['partner'] {
  const script = name.startsWith('scripted:') ? name.slice('scripted:'.length) : '';
  if (isScript(script)) return { kind: 'script', name: script, speak: SCRIPTED_PARTNERS[script] };
  if (name === 'frozen-base' || name === 'self') return { kind: name };
  throw usage(`--partner is "${name}".`, `Choose one of: frozen-base, self, ${SCRIPTS.join(', ')}.`);
}

function isScript(name: string): name is ScriptedPartnerName {
  return Object.hasOwn(SCRIPTED_PARTNERS, name);
}
