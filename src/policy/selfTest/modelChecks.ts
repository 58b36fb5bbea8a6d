import type { CheckBench, Golden, GoldenOutput, KernelCheck } from '../../gpu/checks/check.ts';
import type { Engine, Policy, StepRow, TokenStats, Trainable } from '../engine.ts';
import { scaleOf } from '../formats/peft.ts';
import type { ModelConfig } from '../modelConfig.ts';
import { tensorNamed, type Weights } from '../weights.ts';
import {
  readGoldenAdapter,
  readGoldenModel,
  type GoldenAdapter,
  type GoldenModel,
  type ReadFixture,
} from './goldenModel.ts';

export type CreateEngine = (bench: CheckBench, config: ModelConfig) => Engine;

/** Stands in a result where the name of a kernel would. */
const WHOLE_MODEL = 'whole model';
const FORWARD_TOLERANCE = 1e-4;
const BACKWARD_TOLERANCE = 1e-3;

interface ModelCheck {
  readonly check: KernelCheck;
  readonly golden: Readonly<Record<string, GoldenOutput>>;
}

/**
 * Whole tiny models through an engine against PyTorch: statistics, gradients of every parameter, and greedy decoding through
 * the cache, for all weights and for low-rank factors.
 */
export async function readModelChecks(
  read: ReadFixture,
  createEngine: CreateEngine,
): Promise<{ readonly checks: readonly KernelCheck[]; readonly golden: Golden }> {
  const [tied, untied, adapted] = await Promise.all([
    readGoldenModel(read, 'tiny-llama'),
    readGoldenModel(read, 'tiny-llama-untied'),
    readGoldenAdapter(read),
  ]);
  const models = [
    trained('tiny-llama', tied, { kind: 'full', parameters: tied.policy }, (name) => `grad.${name}`),
    trained('tiny-llama-untied', untied, { kind: 'full', parameters: untied.policy }, (name) => `grad.${name}`),
    trained('tiny-llama with LoRA', adapted, lowRank(adapted), (name) => `grad.base_model.model.${name}.weight`),
  ];
  const all = models.flatMap((model) => [
    forwardCheck(model, createEngine),
    backwardCheck(model, createEngine),
    decodeCheck(model, createEngine),
  ]);
  return {
    checks: all.map(({ check }) => check),
    golden: Object.fromEntries(all.map(({ check, golden }) => [check.golden, golden])),
  };
}

interface TrainedModel extends Omit<GoldenModel, 'policy' | 'loss'> {
  readonly name: string;
  readonly trainable: Trainable;
  /** By parameter name. */
  readonly gradients: ReadonlyMap<string, Float32Array>;
}

function trained(
  name: string,
  model: Omit<GoldenModel, 'policy'>,
  trainable: Trainable,
  gradientName: (parameter: string) => string,
): TrainedModel {
  const gradients = new Map(
    [...trainable.parameters.keys()].map((key) => [key, tensorNamed(model.tensors, gradientName(key)).data]),
  );
  return { ...model, name, trainable, gradients };
}

function lowRank({ adapter }: GoldenAdapter): Trainable {
  return { kind: 'lora', rank: adapter.rank, scale: scaleOf(adapter), parameters: adapter.factors };
}

function forwardCheck(model: TrainedModel, createEngine: CreateEngine): ModelCheck {
  const { stats, sequences } = model;
  return modelCheck(`${model.name}, forward`, FORWARD_TOLERANCE, columnsOf(stats), async (bench) => {
    using opened = openPolicy(createEngine(bench, model.config), model);
    using learner = opened.engine.createLearner(opened.policy, tokenCount(model));
    return columnsOf(await learner.forward(sequences, 1));
  });
}

function backwardCheck(model: TrainedModel, createEngine: CreateEngine): ModelCheck {
  const { gradients, sequences, coefficients } = model;
  return modelCheck(`${model.name}, backward`, BACKWARD_TOLERANCE, gradients, async (bench) => {
    using opened = openPolicy(createEngine(bench, model.config), model);
    using learner = opened.engine.createLearner(opened.policy, tokenCount(model));
    await learner.forward(sequences, 1);
    await learner.backward(coefficients);
    return dataOf(await learner.takeGradients());
  });
}

/** Token by token through the cache, the sequences side by side; at each the most likely next token, and what it is worth. */
function decodeCheck(model: TrainedModel, createEngine: CreateEngine): ModelCheck {
  const { sequences } = model;
  const longest = Math.max(...sequences.map(({ tokenIds }) => tokenIds.length));
  return modelCheck(`${model.name}, decode`, FORWARD_TOLERANCE, greedy(model, longest), async (bench) => {
    using opened = openPolicy(createEngine(bench, model.config), model);
    using decoder = opened.engine.createDecoder([opened.policy], sequences.length);
    const drawn = [];
    for (let position = 0; position < longest; position++) {
      const rows = sequences.flatMap(({ tokenIds }, slot): StepRow[] => {
        const tokenId = tokenIds[position];
        const draw = { key: [0, 0], counter: position, temperature: 0, topK: 0, topP: 1 } as const;
        return tokenId === undefined ? [] : [{ slot, position, tokenId, speaker: opened.policy, draw }];
      });
      drawn.push(...(await decoder.step(rows)));
    }
    return new Map([
      ['tokens', Float32Array.from(drawn, ({ tokenId }) => tokenId)],
      ['logProbs', Float32Array.from(drawn, ({ logProb }) => logProb)],
      ['entropies', Float32Array.from(drawn, ({ entropy }) => entropy)],
    ]);
  });
}

/** What PyTorch's logits say of the most likely token after each token, position by position, as `decodeCheck` goes. */
function greedy({ sequences, tensors }: TrainedModel, longest: number): ReadonlyMap<string, Float32Array> {
  const drawn = { tokens: [] as number[], logProbs: [] as number[], entropies: [] as number[] };
  for (let position = 0; position < longest; position++) {
    sequences.forEach(({ tokenIds }, index) => {
      if (position >= tokenIds.length) return;
      const { shape, data } = tensorNamed(tensors, `logits.${index}`);
      const width = shape[1] ?? 0;
      const logits = data.subarray(position * width, (position + 1) * width);
      const largest = Math.max(...logits);
      const weights = Array.from(logits, (logit) => Math.exp(logit - largest));
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      const logProbs = Array.from(logits, (logit) => logit - largest - Math.log(total));
      drawn.tokens.push(logits.indexOf(largest));
      drawn.logProbs.push(-Math.log(total));
      drawn.entropies.push(-logProbs.reduce((sum, logProb) => sum + Math.exp(logProb) * logProb, 0));
    });
  }
  return new Map(Object.entries(drawn).map(([name, values]) => [name, Float32Array.from(values)]));
}

/** A policy with what it stands on. The engine stays: others use its device. */
function openPolicy(
  engine: Engine,
  { base, trainable }: TrainedModel,
): Disposable & { engine: Engine; policy: Policy } {
  const frozen = engine.loadWeights(base);
  const policy = engine.createPolicy(frozen, trainable);
  return {
    engine,
    policy,
    [Symbol.dispose]() {
      policy[Symbol.dispose]();
      frozen[Symbol.dispose]();
    },
  };
}

function modelCheck(
  name: string,
  tolerance: number,
  expected: ReadonlyMap<string, Float32Array>,
  run: KernelCheck['run'],
): ModelCheck {
  return {
    check: {
      name,
      kernels: [WHOLE_MODEL],
      golden: name,
      tolerance,
      isAvailable: () => true,
      run,
    },
    golden: Object.fromEntries([...expected].map(([output, values]) => [output, wholeOutput(values)])),
  };
}

function wholeOutput(values: Float32Array): GoldenOutput {
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return { shape: [values.length], largest, values: [...values], projections: [], samples: [] };
}

function columnsOf({ logProbs, entropies, klToBase, klFromBase, baseLogProbs }: Omit<TokenStats, 'hidden'>) {
  return new Map(Object.entries({ logProbs, entropies, klToBase, klFromBase, baseLogProbs }));
}

function dataOf(weights: Weights): ReadonlyMap<string, Float32Array> {
  return new Map([...weights].map(([name, { data }]) => [name, data]));
}

function tokenCount({ sequences }: TrainedModel): number {
  return sequences.reduce((sum, { tokenIds }) => sum + tokenIds.length, 0);
}
