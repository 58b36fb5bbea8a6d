import { useCallback } from 'react';
import type { ModelRequest } from '../../../workers/modelStoreProtocol.ts';
import { useSession } from '../session.ts';
import { useModels } from './modelsStore.ts';

/** Orders a model; the models store hears how it goes. */
export function useAddModel(): (request: ModelRequest, label: string) => void {
  const { orderModels } = useSession();
  const change = useModels((store) => store.change);
  return useCallback(
    (request, label) => {
      change({ kind: 'ordered', label });
      orderModels({ kind: 'model.add', request });
    },
    [change, orderModels],
  );
}
