import { CopyIcon } from './icons.tsx';
import { copyText } from '../state/copyText.ts';
import { announce, showError } from '../state/viewer.ts';
import { useViewer } from '../state/viewerContext.ts';

interface CopyButtonProps {
  label: string;
  text: () => string;
}

/** Copies a text that is made when it is wanted. */
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
