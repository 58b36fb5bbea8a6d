import { useState } from 'react';
import { Button, FileTrigger } from 'react-aria-components';
import { explain } from '../../base/errors.ts';
import { environmentOf } from '../../environment/registry.ts';
import type { PackRow } from '../../storage/rows.ts';
import { useEngine } from '../engineStore.ts';
import { Card } from '../parts/Card.tsx';
import { ConfirmDialog } from '../parts/ConfirmDialog.tsx';
import { NameDialog } from '../parts/NameDialog.tsx';
import { formatRoute } from '../route.ts';
import { useSession } from '../session.ts';
import { goTo } from '../useRoute.ts';
import { usePackDrafts } from './packDrafts.ts';
import { examplePack, packName, packText } from './packText.ts';
import { readImport, type ImportedPack } from './readImport.ts';
import { BUILT_IN_SOURCES, sourceId, type Source } from './sources.ts';

interface SourceListProps {
  readonly source: Source;
  readonly packs: readonly PackRow[];
}

/** The lab's environments, the person's packs, and the ways to get another one. */
export function SourceList({ source, packs }: SourceListProps) {
  const { storage } = useSession();
  const dropDraft = usePackDrafts((store) => store.dropDraft);
  const setNotice = useEngine((store) => store.setNotice);
  const [isNaming, setNaming] = useState(false);
  const [clashing, setClashing] = useState<readonly ImportedPack[]>([]);
  const saveAll = async (imported: readonly ImportedPack[]) => {
    for (const { name, text } of imported) {
      await storage.savePack(name, text);
      dropDraft(name);
    }
    const [first] = imported;
    if (first) open({ kind: 'pack', name: first.name });
  };
  const guarded = (work: Promise<void>) => void work.catch((thrown: unknown) => setNotice(explain(thrown)));
  const takeIn = async (files: readonly File[]) => {
    const imported = await readImport(files);
    const isTaken = ({ name }: ImportedPack) => packs.some((pack) => pack.name === name);
    await saveAll(imported.filter((one) => !isTaken(one)));
    setClashing(imported.filter(isTaken));
  };
  const create = (typed: string) => {
    const name = freeName(packName(typed) || 'my-pack', packs);
    guarded(saveAll([{ name, text: packText(examplePack(name)) }]));
  };
  return (
    <Card title="Scenarios" className="scenario-sources">
      <nav className="card-body source-list" aria-label="Where scenarios come from">
        <h3>Of the lab</h3>
        {BUILT_IN_SOURCES.map((one) => (
          <SourceLink key={one.name} one={one} current={source} label={labelOf(one)} />
        ))}
        <h3>Your packs</h3>
        {packs.map(({ name }) => (
          <SourceLink key={name} one={{ kind: 'pack', name }} current={source} label={name} />
        ))}
        {packs.length === 0 && <p className="field-note">None yet. Write one, or open a file.</p>}
        <div className="source-tools">
          <Button className="button small" data-testid="pack-new" onPress={() => setNaming(true)}>
            New pack
          </Button>
          <FileTrigger
            allowsMultiple
            acceptedFileTypes={['.json', '.jsonl']}
            onSelect={(files) => files && guarded(takeIn([...files]))}
          >
            <Button className="button small" data-testid="pack-import">
              Import…
            </Button>
          </FileTrigger>
        </div>
        <p className="field-note">
          Packs are JSON files. The four profile files of a SOTOPIA release, chosen together, become a pack too.
        </p>
      </nav>
      {isNaming && (
        <NameDialog
          title="A new pack"
          label="Name"
          action="Create"
          initialName="my-pack"
          onName={create}
          onClose={() => setNaming(false)}
        />
      )}
      {clashing.length > 0 && (
        <ConfirmDialog
          title={`Replace ${clashing.map(({ name }) => name).join(', ')}?`}
          text="This browser keeps a pack of that name already. The one from the file takes its place."
          action="Replace"
          onConfirm={() => guarded(saveAll(clashing))}
          onClose={() => setClashing([])}
        />
      )}
    </Card>
  );
}

interface SourceLinkProps {
  readonly one: Source;
  readonly current: Source;
  readonly label: string;
}

function SourceLink({ one, current, label }: SourceLinkProps) {
  const isCurrent = one.kind === current.kind && one.name === current.name;
  const hasDraft = usePackDrafts((store) => one.kind === 'pack' && store.drafts[one.name] !== undefined);
  return (
    <a
      className="source-link"
      href={formatRoute({ screen: 'scenarios', source: sourceId(one), scenarioId: null })}
      aria-current={isCurrent ? 'page' : undefined}
    >
      {label}
      {hasDraft && <small>not saved</small>}
    </a>
  );
}

function labelOf(source: Source): string {
  return source.kind === 'environment' ? environmentOf(source.name).description.label : source.name;
}

function open(source: Source): void {
  goTo({ screen: 'scenarios', source: sourceId(source), scenarioId: null });
}

function freeName(wanted: string, packs: readonly PackRow[]): string {
  for (let number = 1; ; number++) {
    const name = number === 1 ? wanted : `${wanted}-${number}`;
    if (!packs.some((pack) => pack.name === name)) return name;
  }
}
