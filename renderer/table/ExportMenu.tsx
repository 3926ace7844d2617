import { EXPORT_FORMATS } from '../../shared/tables.ts';
import { CloseIcon, DownloadIcon } from '../app/icons.tsx';
import { progressShare } from '../app/ProgressPanel.tsx';
import { cancelExport, exportPage } from '../state/exports.ts';
import { useViewer, useViewerState } from '../state/viewerContext.ts';
import { ToolPopover } from './ToolPopover.tsx';

/** Writes what the page shows, all of its rows; while it is written, how far it is and a way to stop. */
export function ExportMenu() {
  const viewer = useViewer();
  const exporting = useViewerState('session', (s) => s.exporting);
  if (exporting !== null) {
    const share = progressShare(exporting);
    return (
      <button
        type="button"
        className="tool-button is-busy"
        title="Cancel the export"
        data-testid="page-export-cancel"
        onClick={() => cancelExport(viewer)}
      >
        <CloseIcon />
        <span>{share === null ? 'Exporting…' : `Exporting ${Math.round(share * 100)} %`}</span>
      </button>
    );
  }
  return (
    <ToolPopover
      label="Export"
      title="Write all rows with these columns, in this order, under this filter"
      icon={<DownloadIcon />}
      testId="page-export"
    >
      {(close) => (
        <div className="tool-choices">
          {EXPORT_FORMATS.map((format) => (
            <button
              key={format}
              type="button"
              data-testid={`page-export-${format}`}
              onClick={() => {
                close();
                void exportPage(viewer, format);
              }}
            >
              As {format.toUpperCase()}
            </button>
          ))}
        </div>
      )}
    </ToolPopover>
  );
}
