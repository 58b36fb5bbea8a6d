import type { Engine, FrozenWeights } from '../src/policy/engine.ts';
import type { AnyCheckpoint } from '../src/policy/formats/huggingFace.ts';
import { loadFrozen } from '../src/policy/frozenWeights.ts';

/**
 * The frozen weights that answered last, kept on the device for the next question: reading and sending them again takes longer
 * than an answer. Whoever needs the device for something else frees them first.
 */
export class ResidentWeights {
  private resident: { readonly engine: Engine; readonly weights: FrozenWeights } | null = null;

  /** @param engine of this model and no other @throws those of `loadFrozen` */
  async of(engine: Engine, model: AnyCheckpoint): Promise<FrozenWeights> {
    if (this.resident?.engine !== engine) {
      this.free();
      this.resident = { engine, weights: await loadFrozen(engine, model) };
    }
    return this.resident.weights;
  }

  free(): void {
    this.resident?.weights[Symbol.dispose]();
    this.resident = null;
  }
}
