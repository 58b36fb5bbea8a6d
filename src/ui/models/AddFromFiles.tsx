import { Button, DropZone, FileTrigger, Text } from 'react-aria-components';
import { droppedFilesOf, labelOfFiles } from './droppedItems.ts';
import { useAddModel } from './useAddModel.ts';

/** Copies a model or an adapter of this machine into the page's own storage. */
export function AddFromFiles() {
  const add = useAddModel();
  const take = (files: readonly File[], label: string) => {
    if (files.length > 0) add({ kind: 'files', label, files: [...files] }, label);
  };
  const choose = (list: FileList | null) => {
    const files = [...(list ?? [])];
    take(files, labelOfFiles(files));
  };
  return (
    <DropZone
      className="model-drop"
      data-testid="model-drop"
      onDrop={(event) => void droppedFilesOf(event.items).then(({ files, label }) => take(files, label))}
    >
      <Text slot="label">
        Drop a model’s folder, a .gguf file or a PEFT adapter’s folder here, or choose it. It is copied into this
        browser and sent nowhere.
      </Text>
      <div className="model-choose">
        <FileTrigger acceptDirectory onSelect={choose}>
          <Button className="button">Choose a folder</Button>
        </FileTrigger>
        <FileTrigger allowsMultiple onSelect={choose}>
          <Button className="button">Choose files</Button>
        </FileTrigger>
      </div>
    </DropZone>
  );
}
