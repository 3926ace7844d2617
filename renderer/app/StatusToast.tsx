import { useEffect, useState } from 'react';
import { useViewerState } from '../state/viewerContext.ts';
import { CheckIcon } from './icons.tsx';

const SHOWN_MS = 5000;

/** What was just done, for a few seconds; read by screen readers too. */
export function StatusToast() {
  const status = useViewerState('session', (s) => s.status);
  const [hiddenSerial, setHiddenSerial] = useState(0);
  useEffect(() => {
    if (status.text === '') return;
    const timer = setTimeout(() => setHiddenSerial(status.serial), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [status]);
  const visible = status.text !== '' && hiddenSerial !== status.serial;
  return (
    <div className="toast-place" role="status" data-testid="status">
      {visible && (
        <div className="toast">
          <CheckIcon /> {status.text}
        </div>
      )}
    </div>
  );
}
