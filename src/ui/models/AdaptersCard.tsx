import { useState } from 'react';
import type { KeptAdapter } from '../../../workers/modelStoreProtocol.ts';
import { changedFromDefault } from '../configForm.ts';
import { useDraft } from '../draftStore.ts';
import { formatBytes, formatMoment } from '../format.ts';
import { Card } from '../parts/Card.tsx';
import { ConfirmDialog } from '../parts/ConfirmDialog.tsx';
import { IconButton } from '../parts/IconButton.tsx';
import { formatRoute } from '../route.ts';
import { useSession } from '../session.ts';

/** LoRA adapters that were trained elsewhere. */
export function AdaptersCard({ adapters }: { readonly adapters: readonly KeptAdapter[] }) {
  return (
    <Card title="Adapters" note="A strategist may start from one, on the base that it was trained on">
      <ul className="model-list">
        {adapters.map((kept) => (
          <AdapterRow key={kept.folder} {...kept} />
        ))}
      </ul>
    </Card>
  );
}

function AdapterRow({ folder, adapter }: KeptAdapter) {
  const { orderModels } = useSession();
  const [isAsking, setAsking] = useState(false);
  const draft = useDraft((store) => store.draft);
  const { adapterName, label, baseModelName, rank, alpha, sizeBytes, addedAtMs } = adapter;
  const changes = {
    ...changedFromDefault(draft),
    adaptation: 'lora',
    loraRank: String(rank),
    loraAlpha: String(alpha),
    adapter: adapterName,
  };
  const facts = [
    `rank ${rank}, alpha ${alpha}`,
    formatBytes(sizeBytes),
    `base: ${baseModelName ?? 'not told'}`,
    `added ${formatMoment(addedAtMs)}`,
  ];
  return (
    <li className="model-row" data-testid="kept-adapter">
      <h3>{label}</h3>
      <code className="model-name">{adapterName}</code>
      <p className="model-facts">{facts.join(' · ')}</p>
      <div className="model-tools">
        <a className="button small" data-testid="train-adapter" href={formatRoute({ screen: 'train', changes })}>
          Go on from it with {draft.model}
        </a>
        <IconButton icon="delete" label={`Delete ${label}`} onPress={() => setAsking(true)} />
      </div>
      {isAsking && (
        <ConfirmDialog
          title={`Delete ${label}?`}
          text={`${formatBytes(sizeBytes)} are freed. Runs that have started from it go on without it.`}
          action="Delete"
          onConfirm={() => orderModels({ kind: 'adapter.remove', folder })}
          onClose={() => setAsking(false)}
        />
      )}
    </li>
  );
}
