import { Button, Label, ListBox, ListBoxItem, Popover, Select, SelectValue, Text } from 'react-aria-components';
import type { RunRow } from '../../storage/rows.ts';
import { formatAmount, formatMoment } from '../format.ts';
import { Icon } from '../parts/Icon.tsx';
import { goTo } from '../useRoute.ts';

/** Which saved run to look at. */
export function RunPicker({ runs, runId }: { readonly runs: readonly RunRow[]; readonly runId: string | null }) {
  const open = (id: string) => goTo({ screen: 'inspect', runId: id, episodeId: null, turnIndex: null, tab: null });
  return (
    <Select className="run-picker" value={runId} placeholder="No run" onChange={(id) => open(String(id))}>
      <Label className="visually-hidden">Run</Label>
      <Button className="input select-button">
        <SelectValue>{runs.find((run) => run.runId === runId)?.name ?? runId ?? 'No run'}</SelectValue>
        <Icon name="down" />
      </Button>
      <Popover className="list-popover">
        <ListBox>
          {runs.map((run) => (
            <ListBoxItem key={run.runId} id={run.runId} className="option" textValue={run.name}>
              <Text slot="label">{run.name}</Text>
              <small>
                {run.status} · {formatAmount(run.updatesDone, 'update')} · {formatMoment(run.createdAtMs)}
              </small>
            </ListBoxItem>
          ))}
        </ListBox>
      </Popover>
    </Select>
  );
}
