import { create } from 'zustand';
import { applyToSelfTest, NO_SELF_TEST, type SelfTestChange, type SelfTestState } from './selfTestState.ts';

interface SelfTestStore {
  readonly selfTest: SelfTestState;
  change(change: SelfTestChange): void;
}

/** The self-test on screen. It outlives a look at another screen. */
export const useSelfTest = create<SelfTestStore>()((set) => ({
  selfTest: NO_SELF_TEST,
  change: (change) => set(({ selfTest }) => ({ selfTest: applyToSelfTest(selfTest, change) })),
}));
