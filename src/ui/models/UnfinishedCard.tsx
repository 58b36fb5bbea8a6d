import { useState } from 'react';
import { Button, Input, Label, TextField } from 'react-aria-components';
import type { Unfinished } from '../../../workers/modelStoreProtocol.ts';
import { formatBytes } from '../format.ts';
import { Card } from '../parts/Card.tsx';
import { useSession } from '../session.ts';
import { hostOf } from './HostConsent.tsx';
import { useAddModel } from './useAddModel.ts';

/** Downloads that were broken off. They are no models yet. */
export function UnfinishedCard({ unfinished }: { readonly unfinished: readonly Unfinished[] }) {
  return (
    <Card title="Unfinished" note="What has arrived is kept; going on asks for the rest">
      <ul className="model-list">
        {unfinished.map((model) => (
          <UnfinishedRow key={model.folder} {...model} />
        ))}
      </ul>
    </Card>
  );
}

function UnfinishedRow({ folder, plan, doneBytes }: Unfinished) {
  const add = useAddModel();
  const { orderModels } = useSession();
  const [token, setToken] = useState('');
  const { origin } = plan;
  const host = origin.kind === 'hub' ? hostOf(origin.mirror) : origin.kind === 'url' ? hostOf(origin.url) : null;
  const totalBytes = plan.files.reduce((sum, { sizeBytes }) => sum + (sizeBytes ?? 0), 0);
  return (
    <li className="model-row" data-testid="unfinished-model">
      <h3>{plan.label}</h3>
      <p className="model-facts">
        {formatBytes(doneBytes)} of {formatBytes(totalBytes)}
        {host !== null && ` · from ${host}`}
      </p>
      <div className="model-tools">
        {origin.kind === 'hub' && (
          <TextField value={token} onChange={setToken} type="password" autoComplete="off">
            <Label className="visually-hidden">Access token for {plan.label}, if it asks for one</Label>
            <Input className="input" placeholder="token, if needed" />
          </TextField>
        )}
        {host !== null && (
          <Button
            className="button small"
            data-testid="resume-model"
            onPress={() => {
              const access = { hosts: [host], token: token.trim() || null };
              add({ kind: 'unfinished', folder, access }, plan.label);
            }}
          >
            Go on, asking {host}
          </Button>
        )}
        <Button className="button small danger" onPress={() => orderModels({ kind: 'model.remove', folder })}>
          Delete
        </Button>
      </div>
    </li>
  );
}
