import { writeFile } from 'node:fs/promises';
import { dealOrNoDeal } from '../../src/environment/negotiation/dealOrNoDeal.ts';
import { SCRIPTED_PARTNERS, type ScriptedPartnerName } from '../../src/agent/scriptedPartner.ts';
import type { NegotiationState } from '../../src/environment/negotiation/state.ts';
import { defaultRunConfig } from '../../src/record/runConfig.ts';
import { evaluate, type EvaluationPlan } from '../../src/training/evaluate.ts';
import { usage, type Command, type Options, type Terminal } from '../arguments.ts';
import { readCheckpoint, trainedWeights } from '../checkpointWeights.ts';
import { loadModel, openEngine } from '../loadModel.ts';

const SCRIPTS = Object.keys(SCRIPTED_PARTNERS).map((name) => `scripted:${name}`);

export const evaluateCommand: Command = {
  name: 'evaluate',
  summary: 'Plays held-out scenarios and prints mean points of the seat and of its partner with 95 % intervals.',
  options: {
    model: { value: 'DIR', help: 'base model: a folder, or builtin', fallback: 'builtin' },
    checkpoint: { value: 'DIR', help: 'trained strategist: <out>/checkpoints/<id>' },
    environment: { value: 'E', help: 'deal-or-no-deal', fallback: 'deal-or-no-deal' },
    split: { value: 'SPLIT', help: 'train, validation or test', fallback: 'test' },
    episodes: { value: 'N', help: 'episodes', fallback: '800' },
    seed: { value: 'S', help: 'seed of dialogues and order', fallback: '1' },
    strategist: { value: 'WHO', help: 'trained, base or none', fallback: 'base' },
    temperature: { value: 'T', help: 'temperature of the measured strategist; 0 is greedy', fallback: '1' },
    partner: { value: 'WHO', help: `frozen-base, self, ${SCRIPTS.join(', ')}`, fallback: 'frozen-base' },
    out: { value: 'FILE', help: 'also write the result there' },
  },
  run,
};

async function run(options: Options, terminal: Terminal): Promise<unknown> {
  options.choice('environment', ['deal-or-no-deal']);
  const strategist = options.choice('strategist', ['trained', 'base', 'none']);
  const defaults = defaultRunConfig();
  const plan: EvaluationPlan<NegotiationState> = {
    label: options.optional('checkpoint') ?? options.text('model'),
    split: options.choice('split', ['train', 'validation', 'test']),
    episodeCount: options.integer('episodes', 1, 1_000_000),
    seed: options.integer('seed', 0, 2_147_483_647),
    strategist,
    temperature: options.number('temperature', 0, 2),
    agentTemperature: defaults.agentTemperature,
    partner: partnerNamed(options.text('partner')),
    turnLimit: defaults.turnLimit,
    strategyTokenLimit: defaults.strategyTokenLimit,
    actionTokenLimit: defaults.actionTokenLimit,
  };
  const path = options.optional('checkpoint');
  if (strategist === 'trained' && path === null)
    throw usage('--strategist trained needs weights.', 'Add --checkpoint DIR.');
  const { model } = await loadModel(options.text('model'));
  const trained = path === null ? null : trainedWeights(await readCheckpoint(path, model), model);
  const { engine } = await openEngine(model);
  try {
    const { signal } = new AbortController();
    const progress = evaluate(plan, { environment: dealOrNoDeal, model, engine, trained, signal });
    let step = await progress.next();
    while (!step.done) {
      terminal.progress(step.value, `${plan.episodeCount} episodes`);
      step = await progress.next();
    }
    const { evaluation } = step.value;
    const out = options.optional('out');
    if (out) await writeFile(out, `${JSON.stringify(evaluation, null, 2)}\n`);
    return evaluation;
  } finally {
    engine.dispose();
  }
}

function partnerNamed(name: string): EvaluationPlan<NegotiationState>['partner'] {
  if (name === 'frozen-base' || name === 'self') return { kind: name };
  const script = name.startsWith('scripted:') ? name.slice('scripted:'.length) : '';
  if (isScript(script)) return { kind: 'script', name: script, speak: SCRIPTED_PARTNERS[script] };
  throw usage(`--partner is "${name}".`, `Choose one of: frozen-base, self, ${SCRIPTS.join(', ')}.`);
}

function isScript(name: string): name is ScriptedPartnerName {
  return Object.hasOwn(SCRIPTED_PARTNERS, name);
}
