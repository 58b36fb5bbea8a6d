import { create } from 'zustand';
import { applyModelsNews, NO_MODELS, type ModelsNews, type ModelsState } from './modelsState.ts';

interface ModelsStore {
  readonly models: ModelsState;
  change(news: ModelsNews): void;
}

export const useModels = create<ModelsStore>()((set) => ({
  models: NO_MODELS,
  change: (news) => set(({ models }) => ({ models: applyModelsNews(models, news) })),
}));
