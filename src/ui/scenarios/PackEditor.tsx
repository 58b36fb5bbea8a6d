import { useMemo, useState } from 'react';
import { Button } from 'react-aria-components';
import type { PackRow } from '../../storage/rows.ts';
import { downloadFile } from '../download.ts';
import { formatAmount } from '../format.ts';
import { Card } from '../parts/Card.tsx';
import { ConfirmDialog } from '../parts/ConfirmDialog.tsx';
import { IconButton } from '../parts/IconButton.tsx';
import { PlainField } from '../parts/PlainField.tsx';
import { Segments } from '../parts/Segments.tsx';
import { formatRoute } from '../route.ts';
import { useSession } from '../session.ts';
import { reporting } from '../storage/reporting.ts';
import { useExtras } from '../train/extrasStore.ts';
import { goTo } from '../useRoute.ts';
import { ComplaintList } from './ComplaintList.tsx';
import { usePackDrafts } from './packDrafts.ts';
import { checkPackText, exampleScenario, freeId, roughPack, withNewScenario, withoutScenario } from './packText.ts';
import { ScenarioForm } from './ScenarioForm.tsx';
import { ScenarioRows } from './ScenarioRows.tsx';
import { sourceId } from './sources.ts';

interface PackEditorProps {
  readonly pack: PackRow;
  /** Place of the open scenario in the pack. */
  readonly scenarioId: string | null;
}

const VIEWS = [
  { id: 'form', label: 'Form' },
  { id: 'json', label: 'JSON' },
] as const;

/** A pack of the person's own: written in a form or as text, checked with every key, and saved when nothing is wrong. */
export function PackEditor({ pack, scenarioId }: PackEditorProps) {
  const { storage } = useSession();
  const { drafts, setDraft, dropDraft } = usePackDrafts();
  const [view, setView] = useState<'form' | 'json'>('form');
  const [dialog, setDialog] = useState<'delete' | 'revert' | null>(null);
  const text = drafts[pack.name] ?? pack.text;
  const isChanged = text !== pack.text;
  const checked = useMemo(() => checkPackText(text), [text]);
  const rough = useMemo(() => roughPack(text), [text]);
  const complaints = checked.ok ? [] : checked.error;
  const source = sourceId({ kind: 'pack', name: pack.name });
  const index = scenarioId !== null && /^\d+$/u.test(scenarioId) ? Number(scenarioId) : null;
  const open = index === null ? undefined : rough?.scenarios[index];
  const write = (changed: string) => setDraft(pack.name, changed);
  const goToScenario = (place: number | null) =>
    goTo({ screen: 'scenarios', source, scenarioId: place === null ? null : String(place) });
  const save = async () => {
    if (!checked.ok) return;
    const { name } = checked.value;
    await storage.savePack(name, text);
    if (name !== pack.name) {
      await storage.deletePack(pack.name);
      goTo({ screen: 'scenarios', source: sourceId({ kind: 'pack', name }), scenarioId });
    }
    dropDraft(pack.name);
  };
  const add = () => {
    write(withNewScenario(text, exampleScenario(freeId(rough, 'scenario'))));
    goToScenario(rough?.scenarios.length ?? 0);
  };
  return (
    <>
      <Card
        title={pack.name}
        className="scenario-list"
        note={isChanged ? 'not saved' : formatAmount(rough?.scenarios.length ?? 0, 'scenario')}
        tools={
          <>
            <IconButton
              icon="download"
              label="Download the pack (JSON)"
              testId="pack-export"
              onPress={() => downloadFile(`${pack.name}.json`, [new Blob([text])], 'application/json')}
            />
            <IconButton
              icon="delete"
              label="Delete the pack"
              testId="pack-delete"
              onPress={() => setDialog('delete')}
            />
          </>
        }
      >
        <div className="scenario-filter">
          <Segments
            label="Edit as"
            mode="one"
            options={VIEWS}
            selected={[view]}
            onChange={([v = 'form']) => setView(v)}
          />
          <span className="pack-tools">
            <Button className="button small" isDisabled={!isChanged} onPress={() => setDialog('revert')}>
              Revert
            </Button>
            <Button
              className="button small primary"
              data-testid="pack-save"
              isDisabled={!isChanged || !checked.ok}
              onPress={() => void reporting(save())}
            >
              Save
            </Button>
          </span>
        </div>
        <ComplaintList complaints={complaints} />
        <ScenarioRows
          source={source}
          rows={(rough?.scenarios ?? []).map((scenario, place) => ({
            id: String(place),
            title: () => textOf(scenario.title) || '(no title)',
            note: () => `${textOf(scenario.split) || 'split by hash'} · ${textOf(scenario.relationship)}`,
          }))}
          openId={scenarioId}
        />
        <div className="pack-foot">
          <Button className="button small" data-testid="scenario-add" onPress={add}>
            Add a scenario
          </Button>
          <PackLinks pack={pack} isChanged={isChanged} />
        </div>
      </Card>
      <Card
        title={view === 'json' ? 'The pack as text' : 'Scenario'}
        className="scenario-detail"
        note={open && view === 'form' ? textOf(open.title) : undefined}
        tools={
          view === 'form' &&
          open &&
          index !== null && (
            <Button
              className="button small"
              data-testid="scenario-remove"
              onPress={() => {
                write(withoutScenario(text, index));
                goToScenario(null);
              }}
            >
              Remove
            </Button>
          )
        }
      >
        <div className="card-body">
          {view === 'json' ? (
            <PlainField
              label="JSON"
              rows={28}
              isCode
              testId="pack-json"
              value={text}
              note="Characters and their relationships are written here; scenarios here or in the form."
              onChange={write}
            />
          ) : open && index !== null ? (
            <ScenarioForm
              key={`${pack.name} ${index}`}
              text={text}
              index={index}
              scenario={open}
              pack={checked.ok ? checked.value : null}
              complaints={complaints}
              onChange={write}
            />
          ) : (
            <div className="empty">
              <h3>Choose a scenario, or add one</h3>
              <p>Two characters, a situation that both know, and a private goal for each.</p>
            </div>
          )}
        </div>
      </Card>
      {dialog === 'delete' && (
        <ConfirmDialog
          title={`Delete ${pack.name}?`}
          text="The pack goes from this browser. Runs that were trained on it keep their copy. This cannot be undone."
          action="Delete the pack"
          onConfirm={() => {
            dropDraft(pack.name);
            void reporting(storage.deletePack(pack.name));
            goTo({ screen: 'scenarios', source: null, scenarioId: null });
          }}
          onClose={() => setDialog(null)}
        />
      )}
      {dialog === 'revert' && (
        <ConfirmDialog
          title="Take the changes back?"
          text="The pack becomes what was saved last. What you have written since is lost."
          action="Take them back"
          onConfirm={() => dropDraft(pack.name)}
          onClose={() => setDialog(null)}
        />
      )}
    </>
  );
}

/** What is saved can be played and trained on. */
function PackLinks({ pack, isChanged }: { readonly pack: PackRow; readonly isChanged: boolean }) {
  const { extras, setExtras } = useExtras();
  const choose = () => {
    setExtras({ ...extras, pack: { name: pack.name, text: pack.text } });
    goTo({ screen: 'train', changes: { environment: 'sotopia' } });
  };
  return (
    <span className="pack-tools">
      <a
        className="button small"
        data-testid="pack-play"
        href={formatRoute({
          screen: 'play',
          changes: { environment: 'sotopia', pack: pack.name, split: 'train', place: '0' },
        })}
      >
        Play
      </a>
      <Button className="button small" data-testid="pack-train" isDisabled={isChanged} onPress={choose}>
        Train on it
      </Button>
    </span>
  );
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
