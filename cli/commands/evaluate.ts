import { writeFile } from 'node:fs/promises';
import { scriptedPartnersOf } from '../../src/agent/scriptedPartners.ts';
import { lessonsOf } from '../../src/environment/registry.ts';
import { DEFAULT_ENVIRONMENT, ENVIRONMENT_NAMES, type EnvironmentName } from '../../src/record/environmentName.ts';
import { defaultRunConfig } from '../../src/record/runConfig.ts';
import { evaluate, type EvaluationPlan } from '../../src/training/evaluate.ts';
import type { PlayedEpisode } from '../../src/training/rollout.ts';
import { usage, type Command, type Options, type Terminal } from '../arguments.ts';
import { CHECKPOINT_HELP, loadStrategist } from '../checkpointWeights.ts';
import { MODEL_HELP, openEngine } from '../loadModel.ts';

export const evaluateCommand: Command = {
  name: 'evaluate',
  summary: 'Plays held-out scenarios; prints points and how well the model speaks, with 95 % intervals.',
  options: {
    model: { value: 'MODEL', help: `${MODEL_HELP}; otherwise the checkpoint’s own` },
    checkpoint: { value: 'DIR', help: `trained strategist: ${CHECKPOINT_HELP}` },
    environment: { value: 'E', help: ENVIRONMENT_NAMES.join(', '), fallback: DEFAULT_ENVIRONMENT },
    split: { value: 'SPLIT', help: 'train, validation or test', fallback: 'test' },
    episodes: { value: 'N', help: 'episodes', fallback: '800' },
    seed: { value: 'S', help: 'seed of dialogues and order', fallback: '1' },
    strategist: {
      value: 'WHO',
      help: 'trained, base, none, or forced: a random applicable strategy each turn',
      fallback: 'base',
    },
    temperature: { value: 'T', help: 'temperature of the measured strategist; 0 is greedy', fallback: '1' },
    agent: { value: 'WHO', help: 'model, or script: rules carry strategies out to the letter', fallback: 'model' },
    partner: {
      value: 'WHO',
      help: `frozen-base, self; deal-or-no-deal also ${scripts('deal-or-no-deal').join(', ')}`,
      fallback: 'frozen-base',
    },
    transcripts: { value: 'FILE', help: 'also write every dialogue there, one per line' },
    out: { value: 'FILE', help: 'also write the result there' },
  },
  run,
};

async function run(options: Options, terminal: Terminal): Promise<unknown> {
  const environmentName = options.choice('environment', ENVIRONMENT_NAMES);
  const lessons = lessonsOf(environmentName);
  const { environment } = lessons;
  const strategist = options.choice('strategist', ['trained', 'base', 'none', 'forced']);
  const defaults = defaultRunConfig();
  const path = options.optional('checkpoint');
  if (strategist === 'trained' && path === null)
    throw usage('--strategist trained needs weights.', 'Add --checkpoint DIR.');
  // Every argument is checked before the model is loaded.
  const order: Omit<EvaluationPlan<unknown>, 'label'> = {
    split: options.choice('split', ['train', 'validation', 'test']),
    episodeCount: options.integer('episodes', 1, 1_000_000),
    seed: options.integer('seed', 0, 2_147_483_647),
    strategist:
      strategist === 'forced'
        ? // The counterfactual test: drawn at random among those that apply.
          {
            kind: 'script',
            write: (state, _seat, random) => lessons.strategyText(lessons.drawStrategy(state, random), random),
          }
        : strategist,
    temperature: options.number('temperature', 0, 2),
    agent: options.choice('agent', ['model', 'script']),
    agentTemperature: defaults.agentTemperature,
    partner: partnerNamed(options.text('partner'), environmentName),
    turnLimit: environment.turnLimit,
    strategyTokenLimit: defaults.strategyTokenLimit,
    actionTokenLimit: defaults.actionTokenLimit,
  };
  const { name, model, trained } = await loadStrategist(path, options.optional('model'), environmentName);
  const plan: EvaluationPlan<unknown> = { ...order, label: path ?? name };
  const { engine } = await openEngine(model);
  try {
    const { signal } = new AbortController();
    const progress = evaluate(plan, {
      environment,
      isLeak: (state, given, utterance) => lessons.isLeak(state, given, utterance),
      model,
      engine,
      trained,
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

/** One line per episode: what was said, by whom, after which strategy. */
function transcriptOf(episode: PlayedEpisode): string {
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

function partnerNamed(name: string, environment: EnvironmentName): EvaluationPlan<unknown>['partner'] {
  if (name === 'self') return { kind: name };
  if (name === 'frozen-base') return { kind: name, temperature: 1 };
  const script = name.replace(/^scripted:/, '');
  const speak = name === script ? undefined : scriptedPartnersOf(environment).get(script);
  if (speak) return { kind: 'script', name: script, speak };
  throw usage(
    `--partner is "${name}".`,
    `Choose one of: ${['frozen-base', 'self', ...scripts(environment)].join(', ')}.`,
  );
}

function scripts(environment: EnvironmentName): string[] {
  return [...scriptedPartnersOf(environment).keys()].map((name) => `scripted:${name}`);
}
