import { useState } from 'react';
import { Button } from 'react-aria-components';
import type { ScenarioPack } from '../../environment/sotopia/pack.ts';
import { downloadFile } from '../download.ts';
import { IconButton } from '../parts/IconButton.tsx';
import { NameDialog } from '../parts/NameDialog.tsx';
import { useSession } from '../session.ts';
import { reporting } from '../storage/reporting.ts';
import { goTo } from '../useRoute.ts';
import { packName, packText } from './packText.ts';
import { sourceId } from './sources.ts';

/** A shipped pack as a file, or as a pack of the person's own to write in. */
export function CopyPack({ pack }: { readonly pack: ScenarioPack }) {
  const { storage } = useSession();
  const [isNaming, setNaming] = useState(false);
  const copy = async (typed: string) => {
    const name = packName(typed) || `${pack.name}-copy`;
    await storage.savePack(name, packText({ ...pack, name }));
    goTo({ screen: 'scenarios', source: sourceId({ kind: 'pack', name }), scenarioId: null });
  };
  return (
    <>
      <Button className="button small" data-testid="pack-copy" onPress={() => setNaming(true)}>
        Copy to edit
      </Button>
      <IconButton
        icon="download"
        label="Download this pack (JSON)"
        onPress={() => downloadFile(`${pack.name}.json`, [new Blob([packText(pack)])], 'application/json')}
      />
      {isNaming && (
        <NameDialog
          title="Copy the pack"
          label="Name of the copy"
          action="Copy"
          initialName={`${pack.name}-copy`}
          onName={(name) => void reporting(copy(name))}
          onClose={() => setNaming(false)}
        />
      )}
    </>
  );
}
