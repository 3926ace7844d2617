import { CopyIcon } from '../app/icons.tsx';
import { announce, showError } from '../state/viewer.ts';
import { useViewer } from '../state/viewerContext.ts';

interface CopyButtonProps {
  label: string;
  text: () => string;
}

export function CopyButton({ label, text }: CopyButtonProps) {
  const viewer = useViewer();
  return (
    <button
      type="button"
      className="icon-button"
      aria-label={label}
      title={label}
      onClick={() => {
        copyText(text()).then(
          () => announce(viewer, 'Copied to the clipboard'),
          (error: unknown) => showError(viewer, error),
        );
      }}
    >
      <CopyIcon />
    </button>
  );
}

async function copyText(text: string): Promise<void> {
  if (navigator.clipboard !== undefined) {
    try {
      await navigator.clipboard.writeText(text);
      return;
    } catch {
      // not allowed here: the old way below needs no permission
    }
  }
  const area = document.createElement('textarea');
  area.value = text;
  area.className = 'visually-hidden';
  document.body.append(area);
  area.select();
  const copied = document.execCommand('copy');
  area.remove();
  if (!copied) throw new Error('The text could not be copied: the clipboard is not available here.');
}
