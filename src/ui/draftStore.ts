import { create } from 'zustand';
import { changedFromDefault, defaultDraft, draftFromChanges, type ConfigDraft } from './configForm.ts';
import { parseRoute } from './route.ts';
import { goTo } from './useRoute.ts';

interface DraftStore {
  /** The settings of the next run. The URL carries them too, so that a link is enough to repeat a run. */
  readonly draft: ConfigDraft;
  setDraft(draft: ConfigDraft): void;
  /** Takes over what somebody's link asks for; a link without settings changes nothing. */
  followLink(hash: string): void;
}

export const useDraft = create<DraftStore>()((set) => ({
  draft: defaultDraft(),
  setDraft: (draft) => {
    set({ draft });
    goTo({ screen: 'train', changes: changedFromDefault(draft) }, 'replace');
  },
  followLink: (hash) => {
    const route = parseRoute(hash);
    if (route.screen === 'train' && Object.keys(route.changes).length > 0)
      set({ draft: draftFromChanges(route.changes) });
  },
}));
