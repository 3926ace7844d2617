import type { Command } from '../app/commands/command.ts';
import type { Filter } from '../../shared/filter.ts';
import { copyText } from '../state/copyText.ts';
import { timeFormatOf } from '../state/useTimeFormat.ts';
import { announce, showError, type Viewer } from '../state/viewer.ts';
import { detailsAsText } from './detailsText.ts';

type LinkName = 'sameStack' | 'sameName' | 'sameProcess' | 'sameType';

function link(viewer: Viewer, name: LinkName): Filter | undefined {
  return viewer.selection.getState().details?.links[name];
}

const linkCommand = (id: LinkName, title: string, keys: readonly string[]): Command => ({
  id,
  title,
  group: 'Find',
  keys,
  enabled: (viewer) => link(viewer, id) !== undefined,
  run: (viewer) => {
    const filter = link(viewer, id);
    if (filter !== undefined) viewer.filter.getState().replace(filter);
  },
});

/** What can be done with the selected object's details, and with the filters as text. */
export const DETAILS_COMMANDS: readonly Command[] = [
  linkCommand('sameStack', 'Only objects from the create stack of the selected one', ['Shift+S']),
  linkCommand('sameName', 'Only objects with the name of the selected one', []),
  linkCommand('sameProcess', 'Only objects of the process of the selected one', []),
  linkCommand('sameType', 'Only objects of the type of the selected one', []),
  {
    id: 'copyDetails',
    title: 'Copy the details of the selected object as text',
    group: 'Edit',
    keys: [],
    enabled: (viewer) => viewer.selection.getState().details !== null,
    run: copyDetails,
  },
  {
    id: 'editQuery',
    title: 'Edit the filters as text',
    group: 'Edit',
    keys: ['/'],
    run: () => document.querySelector<HTMLElement>('[data-testid="query"]')?.focus(),
  },
];

function copyDetails(viewer: Viewer): void {
  const { details } = viewer.selection.getState();
  if (details === null) return;
  copyText(detailsAsText(details, timeFormatOf(viewer))).then(
    () => announce(viewer, 'Copied to the clipboard'),
    (error: unknown) => showError(viewer, error),
  );
}
