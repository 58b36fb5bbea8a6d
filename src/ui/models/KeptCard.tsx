import type { KeptModel } from '../../../workers/modelStoreProtocol.ts';
import { formatBytes } from '../format.ts';
import { Card } from '../parts/Card.tsx';
import { KeptRow } from './KeptRow.tsx';
import { useModels } from './modelsStore.ts';

/** The models that this browser keeps. */
export function KeptCard({ kept }: { readonly kept: readonly KeptModel[] | null }) {
  const { usageBytes, quotaBytes } = useModels((store) => store.models);
  const room =
    usageBytes === null || quotaBytes === null
      ? null
      : `${formatBytes(usageBytes)} of ${formatBytes(quotaBytes)} of this page’s storage in use`;
  return (
    <Card title="Kept in this browser" note={room}>
      {kept === null && <p className="card-body muted">Looking…</p>}
      {kept?.length === 0 && (
        <p className="card-body muted">
          None yet. A model that you add is checked, kept here and sent nowhere; runs find it again by its name.
        </p>
      )}
      {kept && kept.length > 0 && (
        <ul className="model-list">
          {kept.map((model) => (
            <KeptRow key={model.folder} kept={model} />
          ))}
        </ul>
      )}
    </Card>
  );
}
