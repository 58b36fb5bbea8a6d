import { useState, type SyntheticEvent } from 'react';
import { Button, Input, Label, TextField } from 'react-aria-components';
import { HUB } from '../../storage/models/hub.ts';
import { HostConsent, hostOf } from './HostConsent.tsx';
import { useAddModel } from './useAddModel.ts';

/** By id and revision, from the Hub or a mirror with its addresses. The token stays in this form. */
export function AddFromHub() {
  const add = useAddModel();
  const [id, setId] = useState('');
  const [revision, setRevision] = useState('main');
  const [mirror, setMirror] = useState(HUB);
  const [token, setToken] = useState('');
  const [allowedHost, setAllowedHost] = useState<string | null>(null);
  const host = hostOf(mirror);
  const isReady = id.trim() !== '' && host !== null && allowedHost === host;
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (!isReady) return;
    const access = { hosts: [host], token: token.trim() || null };
    add({ kind: 'hub', mirror: mirror.trim(), id: id.trim(), revision: revision.trim() || 'main', access }, id.trim());
  };
  return (
    <form className="model-form" onSubmit={submit}>
      <TextField value={id} onChange={setId} autoComplete="off" isRequired>
        <Label>Model</Label>
        <Input className="input" data-testid="hub-id" placeholder="HuggingFaceTB/SmolLM2-135M-Instruct" />
      </TextField>
      <TextField value={revision} onChange={setRevision} autoComplete="off">
        <Label>Revision</Label>
        <Input className="input" placeholder="main" />
      </TextField>
      <TextField value={mirror} onChange={setMirror} autoComplete="off" type="url">
        <Label>Mirror</Label>
        <Input className="input" data-testid="hub-mirror" />
      </TextField>
      <TextField value={token} onChange={setToken} autoComplete="off" type="password">
        <Label>Access token, if the model asks for one</Label>
        <Input className="input" />
      </TextField>
      {host !== null && (
        <HostConsent
          host={host}
          isAllowed={allowedHost === host}
          onChange={(isAllowed) => setAllowedHost(isAllowed ? host : null)}
        />
      )}
      <Button className="button primary" type="submit" data-testid="download-model" isDisabled={!isReady}>
        Download
      </Button>
    </form>
  );
}
