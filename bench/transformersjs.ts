import {
  AutoModelForCausalLM,
  env,
  LogitsProcessor,
  LogitsProcessorList,
  Tensor,
  type PreTrainedModel,
} from '@huggingface/transformers';
import { monotonicMs } from '../src/base/clock.ts';
import type { Contestant, DecodeWorkload, Generation } from './contestant.ts';

/**
 * transformers.js with ONNX Runtime Web, in the build that it chooses by itself (WebGPU in C++, compiled to wasm). Its wasm
 * files and the model come from the bench's own server.
 *
 * @param modelPath where the server has `config.json` and `onnx/model.onnx` (`tools/onnx/export.py`)
 */
export function transformersjsContestant(device: 'webgpu' | 'wasm', modelPath: string): Contestant {
  let loading: Promise<PreTrainedModel> | null = null;
  const load = () => {
    env.allowRemoteModels = false;
    env.allowLocalModels = true;
    env.localModelPath = '/';
    env.useBrowserCache = false;
    env.useWasmCache = false;
    const wasm = env.backends.onnx.wasm;
    if (!wasm) throw new Error('transformers.js: ONNX Runtime has no wasm settings');
    const folder = `${location.origin}/node_modules/onnxruntime-web/dist/ort-wasm-simd-threaded.asyncify`;
    wasm.wasmPaths = { mjs: `${folder}.mjs`, wasm: `${folder}.wasm` };
    return AutoModelForCausalLM.from_pretrained(modelPath, { device, dtype: 'fp32' });
  };
  return {
    name: device === 'webgpu' ? 'transformersjs' : 'transformersjsWasm',
    async openDecoder(workload) {
      const model = await (loading ??= load());
      return { generate: () => generate(model, workload), close: async () => undefined };
    },
    openTrainer: null,
  };
}

/** Notes when each step's logits reach the host: the token is chosen right after. */
class Stopwatch extends LogitsProcessor {
  readonly times: number[] = [];
  override _call(_tokenIds: unknown, logits: Tensor): Tensor {
    this.times.push(monotonicMs());
    return logits;
  }
}

async function generate(model: PreTrainedModel, { prompts, newTokens }: DecodeWorkload): Promise<Generation> {
  const shape = [prompts.length, prompts[0]?.length ?? 0];
  const ids = BigInt64Array.from(
    prompts.flatMap((prompt) => [...prompt]),
    BigInt,
  );
  const stopwatch = new Stopwatch();
  const processors = new LogitsProcessorList();
  processors.push(stopwatch);
  const startedAt = monotonicMs();
  const output = await model.generate({
    inputs: new Tensor('int64', ids, shape),
    attention_mask: new Tensor('int64', new BigInt64Array(ids.length).fill(1n), shape),
    max_new_tokens: newTokens,
    eos_token_id: -1, // no end before the last token
    do_sample: false,
    logits_processor: processors,
  });
  const endedAt = monotonicMs();
  if (!(output instanceof Tensor)) throw new Error('transformers.js: generate returned no tensor');
  const tokenIds = output.tolist().map((sequence: bigint[]) => sequence.slice(shape[1]).map(Number));
  const firstAt = stopwatch.times[0] ?? endedAt;
  return { firstMs: firstAt - startedAt, restMs: endedAt - firstAt, tokenIds };
}
