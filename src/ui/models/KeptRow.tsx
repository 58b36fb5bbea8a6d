import { useState } from 'react';
import type { KeptModel } from '../../../workers/modelStoreProtocol.ts';
import type { ModelOrigin } from '../../storage/models/storedModel.ts';
import { useEngine } from '../engineStore.ts';
import { formatBytes, formatCount, formatMoment } from '../format.ts';
import { ConfirmDialog } from '../parts/ConfirmDialog.tsx';
import { IconButton } from '../parts/IconButton.tsx';
import { formatRoute } from '../route.ts';
import { useSession } from '../session.ts';
import { bitsPerWeight } from './modelsState.ts';
import { useModels } from './modelsStore.ts';
import { PrecisionTable } from './PrecisionTable.tsx';

/** One model: what it is, what it takes, and what can be done with it. */
export function KeptRow({ kept }: { readonly kept: KeptModel }) {
  const { orderModels } = useSession();
  const [isAsking, setAsking] = useState(false);
  const isNew = useModels((store) => store.models.addedName === kept.model.modelName);
  const engine = useEngine((store) => store.engine);
  const { folder, model } = kept;
  const facts = [
    `${formatCount(model.parameterCount)} parameters`,
    `${formatBytes(model.sizeBytes)}, ${bitsPerWeight(kept).toFixed(1)} bits each`,
    `licence: ${model.licence ?? 'not told'}`,
    originText(model.origin),
    `added ${formatMoment(model.addedAtMs)}`,
  ];
  return (
    <li className="model-row" data-testid="kept-model" data-model={model.modelName}>
      <h3>
        {model.label}
        {isNew && <span className="model-new">new</span>}
      </h3>
      <code className="model-name">{model.modelName}</code>
      <p className="model-facts">{facts.join(' · ')}</p>
      <PrecisionTable kept={kept} maxBufferBytes={engine.kind === 'ready' ? engine.status.maxBufferBytes : null} />
      <div className="model-tools">
        <a
          className="button small primary"
          data-testid="train-model"
          href={formatRoute({ screen: 'train', changes: { model: model.modelName, adaptation: 'lora' } })}
        >
          Train it
        </a>
        <IconButton
          icon="delete"
          label={`Delete ${model.label}`}
          testId="delete-model"
          onPress={() => setAsking(true)}
        />
      </div>
      {isAsking && (
        <ConfirmDialog
          title={`Delete ${model.label}?`}
          text={`${formatBytes(model.sizeBytes)} are freed. Runs that were trained from it stay, and cannot go on before the same model is added again.`}
          action="Delete"
          onConfirm={() => orderModels({ kind: 'model.remove', folder })}
          onClose={() => setAsking(false)}
        />
      )}
    </li>
  );
}

function originText(origin: ModelOrigin): string {
  if (origin.kind === 'files') return 'from this machine';
  if (origin.kind === 'url') return `from ${new URL(origin.url).host}`;
  return `${origin.id} at ${origin.revision.slice(0, 12)}, from ${new URL(origin.mirror).host}`;
}
