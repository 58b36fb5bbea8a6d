import { useMemo } from 'react';
import { create } from 'zustand';
import { explain, type Explanation } from '../../base/errors.ts';
import type { DialogueSet } from '../../record/dialogueSet.ts';
import type { RunConfig } from '../../record/runConfig.ts';
import { readDialogues } from '../../storage/dialogueFiles.ts';
import { NO_LESSON, orderOf, type LessonDraft } from './lessonDraft.ts';
import { dialoguesOfRun } from './lessonQueries.ts';

/** What was chosen to learn from. */
type Chosen =
  | { readonly kind: 'none' }
  | { readonly kind: 'reading'; readonly share: number }
  | { readonly kind: 'read'; readonly set: DialogueSet }
  | { readonly kind: 'failed'; readonly failure: Explanation };

interface LessonStore {
  readonly draft: LessonDraft;
  readonly chosen: Chosen;
  /** Another source forgets what was read; whoever shows it reads again. */
  setDraft(draft: LessonDraft): void;
  readRun(runId: string): Promise<void>;
  readFile(file: File): Promise<void>;
}

export const useLesson = create<LessonStore>()((set, get) => {
  /** Counts what was begun: only the latest reading is told. */
  let readings = 0;
  async function read(work: (onShare: (share: number) => void) => Promise<DialogueSet>): Promise<void> {
    const own = ++readings;
    const tell = (chosen: Chosen) => {
      if (own === readings) set({ chosen });
    };
    tell({ kind: 'reading', share: 0 });
    try {
      tell({ kind: 'read', set: await work((share) => tell({ kind: 'reading', share })) });
    } catch (thrown) {
      tell({ kind: 'failed', failure: explain(thrown) });
    }
  }
  return {
    draft: NO_LESSON,
    chosen: { kind: 'none' },
    setDraft: (draft) => {
      const before = get().draft;
      const isOther = draft.learnFrom !== before.learnFrom || draft.runId !== before.runId;
      if (!isOther) return set({ draft });
      readings += 1;
      set({ draft, chosen: { kind: 'none' } });
    },
    readRun: (runId) => read((onShare) => dialoguesOfRun(runId, onShare)),
    readFile: (file) => read(async () => readDialogues(file.name, await file.text())),
  };
});

/** The config with the lesson of the form in it, as far as it can be ordered; without, as it is. */
export function useOrderedConfig(config: RunConfig | null): RunConfig | null {
  const draft = useLesson((store) => store.draft);
  const chosen = useLesson((store) => store.chosen);
  return useMemo(() => {
    const order = config && orderOf(config, draft, chosen.kind === 'read' ? chosen.set : null);
    return order?.ok ? order.value.config : config;
  }, [config, draft, chosen]);
}
