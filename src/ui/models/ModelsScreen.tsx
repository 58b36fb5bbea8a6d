import { useEffect } from 'react';
import { Button } from 'react-aria-components';
import { FailureCard } from '../parts/FailureCard.tsx';
import { useSession } from '../session.ts';
import { AdaptersCard } from './AdaptersCard.tsx';
import { AddModelCard } from './AddModelCard.tsx';
import { BuiltInCard } from './BuiltInCard.tsx';
import { KeptCard } from './KeptCard.tsx';
import { useModels } from './modelsStore.ts';
import { ProgressCard } from './ProgressCard.tsx';
import { UnfinishedCard } from './UnfinishedCard.tsx';
import '../styles/models.css';

/** What can be trained: the models that ship with the lab, and those that this browser keeps. */
export function ModelsScreen() {
  const { orderModels } = useSession();
  const { kept, unfinished, adapters, adding, failure } = useModels((store) => store.models);
  const change = useModels((store) => store.change);
  useEffect(() => orderModels({ kind: 'models.list' }), [orderModels]);
  return (
    <div className="models-screen">
      {failure && (
        <FailureCard failure={failure}>
          <Button className="button small" onPress={() => change({ kind: 'dismissed' })}>
            Dismiss
          </Button>
        </FailureCard>
      )}
      {adding ? <ProgressCard adding={adding} /> : <AddModelCard />}
      {unfinished.length > 0 && !adding && <UnfinishedCard unfinished={unfinished} />}
      <KeptCard kept={kept} />
      {adapters.length > 0 && <AdaptersCard adapters={adapters} />}
      <BuiltInCard />
    </div>
  );
}
