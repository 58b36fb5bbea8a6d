import { Button } from 'react-aria-components';
import { useRun } from '../runStore.ts';
import { useSession } from '../session.ts';
import { Icon } from './Icon.tsx';

/** Saves a checkpoint of the run that is under way, once its present update is done. */
export function SaveButton() {
  const session = useSession();
  const updatesDone = useRun((store) => store.run.updatesDone);
  const isSaving = useRun((store) => store.pending === 'save');
  return (
    <Button
      className="button small"
      data-testid="save-checkpoint"
      isDisabled={isSaving}
      onPress={() => session.saveCheckpoint(`by hand, update ${updatesDone}`)}
    >
      <Icon name="save" />
      {isSaving ? 'Saving after this update…' : 'Save a checkpoint'}
    </Button>
  );
}
