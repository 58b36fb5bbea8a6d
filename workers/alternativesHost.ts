import { Owner } from '../src/base/owner.ts';
import { likeliest, tokenLogProbs } from '../src/policy/alternatives.ts';
import type { FrozenWeights, Precision, Trainable, TrainingSequence } from '../src/policy/engine.ts';
import type { AnyCheckpoint } from '../src/policy/formats/huggingFace.ts';
import { loadFrozen } from '../src/policy/frozenWeights.ts';
import { precisionOf } from '../src/policy/kernelWeights.ts';
import { roundRows } from '../src/policy/roundedWeights.ts';
import { tensorNamed, type HostTensor } from '../src/policy/weights.ts';
import type { Checkpoint } from '../src/record/checkpoint.ts';
import { assertSuits, initialParameters, trainableOf, trainedIn } from '../src/training/trainerState.ts';
import type { Consideration, Considered } from './protocol.ts';
import type { OpenModel } from './workbench.ts';

/**
 * What the weights of a checkpoint think of every token that was sampled in a turn: the likeliest tokens there, with their
 * log-probs under these weights and under the base. The engine reads the recorded context once; its final states are
 * multiplied with the head here, so that no kernel has to hand out a whole vocabulary.
 *
 * @param checkpoint null: the base itself
 * @throws AppError `checkpoint-model` and those of the engine; the signal's reason when it is aborted
 */
export async function considerTokens(
  { config, tokenIds, sampled, count }: Consideration,
  { model, engine }: OpenModel,
  checkpoint: Checkpoint | null,
  signal: AbortSignal,
): Promise<Considered[]> {
  if (checkpoint) assertSuits(checkpoint, model.config);
  using resources = new Owner();
  const base = resources.own(await loadFrozen(engine, model, config.basePrecision));
  const untrained = trainableOf(config, await initialParameters(config, model, null));
  const frozenHead = await readHead(model, config.basePrecision);
  const sequence: TrainingSequence = {
    tokenIds: Int32Array.from(tokenIds),
    scoredIndices: Int32Array.from(sampled),
    hiddenIndices: Int32Array.from(sampled, (index) => index - 1),
  };
  const headOf = (trainable: Trainable): HostTensor =>
    trainable.kind === 'full' ? tensorNamed(trainable.parameters, headName(model)) : frozenHead;
  const readBy = async (trainable: Trainable) => {
    signal.throwIfAborted();
    const hidden = await statesAfter(engine, base, trainable, sequence, config.strategistTemperature);
    const head = headOf(trainable);
    return sampled.map((_, position) =>
      tokenLogProbs(stateAt(hidden, position, model.config.hiddenSize), head, config.strategistTemperature),
    );
  };
  const ofPolicy = await readBy(checkpoint ? trainedIn(checkpoint) : untrained);
  const ofBase = checkpoint ? await readBy(untrained) : ofPolicy;
  return sampled.map((index, position): Considered => {
    const [policy = EMPTY, basis = EMPTY] = [ofPolicy[position], ofBase[position]];
    const valued = (tokenId: number) => ({
      tokenId,
      logProb: policy[tokenId] ?? NaN,
      baseLogProb: basis[tokenId] ?? NaN,
    });
    return {
      index,
      sampled: valued(tokenIds[index] ?? 0),
      likeliest: likeliest(policy, count).map(({ tokenId }) => valued(tokenId)),
    };
  });
}

const EMPTY = new Float64Array();

/** Final states after each of the sequence's `hiddenIndices`, [n, D]. */
async function statesAfter(
  engine: OpenModel['engine'],
  base: FrozenWeights,
  trainable: Trainable,
  sequence: TrainingSequence,
  temperature: number,
): Promise<Float32Array> {
  using resources = new Owner();
  const policy = resources.own(engine.createPolicy(base, trainable));
  const learner = resources.own(engine.createLearner(policy, sequence.tokenIds.length));
  const { hidden } = await learner.forward([sequence], temperature);
  return hidden.slice();
}

function stateAt(hidden: Float32Array, position: number, width: number): Float32Array {
  return hidden.subarray(position * width, (position + 1) * width);
}

function headName({ config }: AnyCheckpoint): string {
  return config.isHeadTied ? 'model.embed_tokens.weight' : 'lm_head.weight';
}

/** The head of the frozen weights, as far as their precision leaves it. */
async function readHead(model: AnyCheckpoint, precision: Precision): Promise<HostTensor> {
  const name = headName(model);
  const head = 'weights' in model ? tensorNamed(model.weights, name) : await model.tensors.read(name);
  const kept = precisionOf('head', precision);
  return kept === 'f32' ? head : { ...head, data: roundRows(kept, head.data, model.config.hiddenSize) };
}
