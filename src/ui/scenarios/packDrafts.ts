import { create } from 'zustand';

interface PackDraftStore {
  /** What somebody has written and not saved yet, by the name under which the pack is saved. */
  readonly drafts: Readonly<Record<string, string>>;
  setDraft(name: string, text: string): void;
  /** Saved or given up. */
  dropDraft(name: string): void;
}

/** Outlives a look at another screen, and not a reload. */
export const usePackDrafts = create<PackDraftStore>()((set) => ({
  drafts: {},
  setDraft: (name, text) => set(({ drafts }) => ({ drafts: { ...drafts, [name]: text } })),
  dropDraft: (name) =>
    set(({ drafts }) => ({ drafts: Object.fromEntries(Object.entries(drafts).filter(([key]) => key !== name)) })),
}));
