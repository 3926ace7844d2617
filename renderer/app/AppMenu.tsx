import { useEffect, useRef, type KeyboardEvent } from 'react';
import { useViewer, useViewerState } from '../state/viewerContext.ts';
import { isEnabled, type Command, type CommandUi } from './commands/command.ts';
import { keyText } from './commands/keymap.ts';
import { MENU } from './commands/menu.ts';
import { commandById } from './commands/registry.ts';
import { CheckIcon, MenuIcon } from './icons.tsx';
import { usePopover } from './usePopover.ts';

/** A button that opens the window's menu. */
export function AppMenu({ ui }: { ui: CommandUi }) {
  const { open, root, button, toggle, close } = usePopover();
  return (
    <div className="popover-root" ref={root}>
      <button
        ref={button}
        type="button"
        className="icon-button is-large"
        aria-label="Menu"
        aria-haspopup="menu"
        aria-expanded={open}
        title="Menu"
        data-testid="menu-button"
        onClick={toggle}
      >
        <MenuIcon />
      </button>
      {open && <MenuPopup ui={ui} onClose={close} />}
    </div>
  );
}

function MenuPopup({ ui, onClose }: { ui: CommandUi; onClose: () => void }) {
  const viewer = useViewer();
  const changed = useViewerState('keys', (s) => s.changed);
  const menu = useRef<HTMLDivElement>(null);
  const items = () => [...(menu.current?.querySelectorAll<HTMLElement>('[role^="menuitem"]') ?? [])];
  useEffect(() => items()[0]?.focus(), []);

  function onKeyDown(event: KeyboardEvent): void {
    const all = items();
    const at = all.indexOf(document.activeElement as HTMLElement);
    if (event.key === 'ArrowDown') all[(at + 1) % all.length]?.focus();
    else if (event.key === 'ArrowUp') all[(at - 1 + all.length) % all.length]?.focus();
    else if (event.key === 'Home') all[0]?.focus();
    else if (event.key === 'End') all.at(-1)?.focus();
    else if (event.key === 'Escape' || event.key === 'Tab') onClose();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  return (
    <div ref={menu} className="popover app-menu" role="menu" aria-label="Menu" data-testid="menu" onKeyDown={onKeyDown}>
      {MENU.map(({ heading, ids }) => {
        const commands = ids
          .map(commandById)
          .filter((command): command is Command => command !== undefined && isEnabled(command, viewer));
        if (commands.length === 0) return null;
        return (
          <div key={heading} role="group" aria-label={heading} className="menu-group">
            <p className="menu-heading" aria-hidden="true">
              {heading}
            </p>
            {commands.map((command) => {
              const checked = command.checked?.(viewer);
              const key = keyText(command, changed);
              return (
                <button
                  key={command.id}
                  type="button"
                  role={checked === undefined ? 'menuitem' : 'menuitemcheckbox'}
                  aria-checked={checked}
                  data-command={command.id}
                  onClick={() => {
                    onClose();
                    command.run(viewer, ui);
                  }}
                >
                  <span className="palette-check">{checked === true && <CheckIcon />}</span>
                  <span className="palette-title">{command.title}</span>
                  {key !== '' && <kbd>{key}</kbd>}
                </button>
              );
            })}
          </div>
        );
      })}
    </div>
  );
}
