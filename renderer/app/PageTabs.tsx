import { Suspense, useEffect, useRef, type KeyboardEvent } from 'react';
import { useViewer, useViewerState } from '../state/viewerContext.ts';
import { keyText } from './commands/keymap.ts';
import { commandById } from './commands/registry.ts';
import { MaximiseIcon, RestoreIcon } from './icons.tsx';
import { PaneBoundary } from './PaneBoundary.tsx';
import { PAGE_LIST } from './pages.ts';

/** The tabs below the lanes, and the page of the chosen one. */
export function PageTabs() {
  const viewer = useViewer();
  const current = useViewerState('tables', (s) => s.page);
  const maximised = useViewerState('layout', (s) => s.maximised === 'tables');
  const changed = useViewerState('keys', (s) => s.changed);
  const tabs = useRef<HTMLDivElement>(null);
  const { Component, title } = PAGE_LIST.find((page) => page.id === current) ?? PAGE_LIST[0];

  useEffect(() => {
    tabs.current?.querySelector('[aria-selected="true"]')?.scrollIntoView?.({ block: 'nearest', inline: 'center' });
  }, [current]);

  function onKeyDown(event: KeyboardEvent): void {
    const at = PAGE_LIST.findIndex((page) => page.id === current);
    const last = PAGE_LIST.length - 1;
    let next: number;
    if (event.key === 'ArrowRight') next = at === last ? 0 : at + 1;
    else if (event.key === 'ArrowLeft') next = at === 0 ? last : at - 1;
    else if (event.key === 'Home') next = 0;
    else if (event.key === 'End') next = last;
    else return;
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    viewer.tables.getState().showPage(PAGE_LIST[next].id);
    tabs.current?.querySelectorAll<HTMLElement>('[role="tab"]')[next]?.focus();
  }

  return (
    <section className="pages" aria-label="Tables">
      <div className="pages-head">
        <div ref={tabs} className="page-tabs" role="tablist" aria-label="Pages" onKeyDown={onKeyDown}>
          {PAGE_LIST.map((page) => {
            const command = commandById(`page.${page.id}`);
            const key = command === undefined ? '' : keyText(command, changed);
            return (
              <button
                key={page.id}
                type="button"
                role="tab"
                id={`tab-${page.id}`}
                aria-selected={page.id === current}
                aria-controls="page"
                tabIndex={page.id === current ? 0 : -1}
                title={key === '' ? page.hint : `${page.hint} (${key})`}
                data-testid={`tab-${page.id}`}
                onClick={() => viewer.tables.getState().showPage(page.id)}
              >
                {page.title}
              </button>
            );
          })}
        </div>
        <button
          type="button"
          className="icon-button"
          aria-label="Tables over everything"
          aria-pressed={maximised}
          title={maximised ? 'Lanes and tables (T)' : 'Tables over everything (T)'}
          onClick={() => viewer.layout.getState().toggleMaximised('tables')}
        >
          {maximised ? <RestoreIcon /> : <MaximiseIcon />}
        </button>
      </div>
      <div className="page" role="tabpanel" id="page" aria-labelledby={`tab-${current}`} data-page={current}>
        <PaneBoundary key={current} what={`the page ${title}`}>
          <Suspense fallback={<p className="page-loading">Loading {title}…</p>}>
            <Component />
          </Suspense>
        </PaneBoundary>
      </div>
    </section>
  );
}
