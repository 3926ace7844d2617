import { useEffect, useRef } from 'react';
import { COMMANDS, OTHER_KEYS } from './commands.ts';
import { CloseIcon } from './icons.tsx';

/** All keys, from the list of commands. */
export function ShortcutsHelp({ onClose }: { onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal?.(), []);
  return (
    <dialog ref={dialog} className="help" aria-labelledby="help-title" onClose={onClose} data-testid="shortcuts">
      <div className="help-head">
        <h2 id="help-title">Keys</h2>
        <button type="button" className="icon-button" aria-label="Close" onClick={onClose}>
          <CloseIcon />
        </button>
      </div>
      <dl className="help-list">
        {[...COMMANDS.filter((command) => command.keys.length > 0), ...OTHER_KEYS].map(({ title, keys }) => (
          <div key={title}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{title}</dd>
          </div>
        ))}
      </dl>
    </dialog>
  );
}
