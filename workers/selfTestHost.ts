import type { GpuDevice } from '../src/gpu/device.ts';
import { selfTest } from '../src/policy/selfTest/selfTest.ts';
import { urlSource } from './modelSource.ts';
import type { EngineMessage } from './protocol.ts';

export type SelfTestNews = Extract<EngineMessage, { kind: 'selfTest.progressed' | 'selfTest.finished' }>;

/** PyTorch's numbers, as files beside the page that are fetched when they are asked for. */
const FILES: Readonly<Record<string, string>> = import.meta.glob<string>(
  [
    '../tests/fixtures/kernels/*.json',
    '../tests/fixtures/tiny-llama*/{*config,tokenizer,golden,golden-lora}.json',
    '../tests/fixtures/tiny-llama*/{model,base,golden,golden-lora}.safetensors',
    '../tests/fixtures/tiny-llama/adapter/*',
  ],
  { query: '?url&no-inline', import: 'default', eager: true },
);

/** Tests the device with every check. @throws the signal's reason; AppError `model-download` when the numbers cannot be had */
export async function runSelfTest(
  gpu: GpuDevice,
  signal: AbortSignal,
  tell: (news: SelfTestNews) => void,
): Promise<void> {
  await selfTest(gpu, readNumbers, signal, (result, done, total) => {
    tell({ kind: 'selfTest.progressed', result, done, total });
  });
  tell({ kind: 'selfTest.finished' });
}

async function readNumbers(path: string): Promise<Uint8Array | null> {
  const url = FILES[`../tests/fixtures/${path}`];
  if (url === undefined) return null;
  const address = new URL(url, self.location.href);
  return urlSource(new URL('.', address)).readBytes(address.pathname.split('/').at(-1) ?? '');
}
