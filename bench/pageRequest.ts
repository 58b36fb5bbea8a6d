import type { Part, Size } from './size.ts';

/** Where the bench's server has the model's files. */
export const MODEL_PATH = 'bench-model';

/** What the command asks the page to do; plain data. */
export interface PageRequest {
  readonly modelName: string;
  /** Whether the server has the model as an ONNX file too. */
  readonly hasOnnx: boolean;
  readonly size: Size;
  readonly parts: readonly Part[];
  /** Measure the CPU backends as well. */
  readonly isBesideWanted: boolean;
}
