import { Dialog } from './Dialog.tsx';
import { HowToRecord } from './HowToRecord.tsx';

export function RecordPanel({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title="How to record a trace" testId="record-panel" onClose={onClose}>
      <HowToRecord />
    </Dialog>
  );
}
