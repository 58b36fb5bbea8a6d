import type { DropItem } from 'react-aria-components';

/** What was dropped: the files themselves, or those directly in the dropped folder. */
export async function droppedFilesOf(
  items: readonly DropItem[],
): Promise<{ readonly files: readonly File[]; readonly label: string }> {
  const files: File[] = [];
  let label: string | null = null;
  for (const item of items) {
    if (item.kind === 'file') files.push(await item.getFile());
    if (item.kind !== 'directory') continue;
    label ??= item.name;
    for await (const entry of item.getEntries()) if (entry.kind === 'file') files.push(await entry.getFile());
  }
  return { files, label: label ?? labelOfFiles(files) };
}

/** The chosen folder's name; of single files, the first one's without its ending. */
export function labelOfFiles(files: readonly File[]): string {
  const [first] = files;
  const [folder, ...rest] = first?.webkitRelativePath.split('/') ?? [];
  return (rest.length > 0 && folder) || first?.name.replace(/\.[^.]*$/, '') || 'model';
}
