import { useState } from 'react';
import { Card } from '../parts/Card.tsx';
import { Segments } from '../parts/Segments.tsx';
import { AddFromAddress } from './AddFromAddress.tsx';
import { AddFromFiles } from './AddFromFiles.tsx';
import { AddFromHub } from './AddFromHub.tsx';

const SOURCES = [
  { id: 'hub', label: 'Hugging Face' },
  { id: 'address', label: 'Address' },
  { id: 'files', label: 'This machine' },
] as const;
type Source = (typeof SOURCES)[number]['id'];

/** Where a model comes from. Llama, Qwen2 and Qwen3 families, as Hugging Face folders or GGUF files. */
export function AddModelCard() {
  const [source, setSource] = useState<Source>('hub');
  return (
    <Card
      title="Add a model"
      tools={
        <Segments
          label="Where it comes from"
          options={SOURCES}
          selected={[source]}
          mode="one"
          onChange={([chosen]) => setSource(chosen ?? source)}
        />
      }
    >
      <div className="card-body">
        {source === 'hub' && <AddFromHub />}
        {source === 'address' && <AddFromAddress />}
        {source === 'files' && <AddFromFiles />}
      </div>
    </Card>
  );
}
