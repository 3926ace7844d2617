import { useState } from 'react';
import type { HealthSeverity } from '../../shared/records.ts';
import type { Message } from '../state/messageStore.ts';
import { useViewer, useViewerState } from '../state/viewerContext.ts';
import { CopyButton } from './CopyButton.tsx';
import { CloseIcon } from './icons.tsx';
import { Name } from './Name.tsx';
import { SeverityIcon } from './SeverityIcon.tsx';

const SHOWN = 2;
const RANK: Record<HealthSeverity, number> = { error: 0, warning: 1, info: 2 };
const WORDS: Record<HealthSeverity, string> = { error: 'Error', warning: 'Warning', info: 'Note' };

/** Errors and warnings, the gravest first, each until it is dismissed. */
export function MessageBar() {
  const viewer = useViewer();
  const messages = useViewerState('messages', (s) => s.messages);
  const [all, setAll] = useState(false);
  if (messages.length === 0) return null;
  const sorted = [...messages].sort((a, b) => RANK[a.severity] - RANK[b.severity]);
  const visible = all ? sorted : sorted.slice(0, SHOWN);
  const hidden = sorted.length - visible.length;
  return (
    <div className="messages">
      {visible.map((message) => (
        <MessageRow
          key={message.key}
          message={message}
          onDismiss={() => viewer.messages.getState().dismiss(message.key)}
        />
      ))}
      {(hidden > 0 || (all && sorted.length > SHOWN)) && (
        <div className="messages-more">
          <button type="button" className="link-button" onClick={() => setAll(!all)}>
            {hidden > 0 ? `${hidden} more` : 'Show fewer'}
          </button>
          <button type="button" className="link-button" onClick={() => viewer.messages.getState().clear()}>
            Dismiss all
          </button>
        </div>
      )}
    </div>
  );
}

function MessageRow({ message, onDismiss }: { message: Message; onDismiss: () => void }) {
  return (
    <div
      className={`message is-${message.severity}`}
      role="alert"
      data-testid="message"
      data-severity={message.severity}
    >
      <SeverityIcon severity={message.severity} />
      <span className="visually-hidden">{WORDS[message.severity]}: </span>
      <span className="message-text">
        <Name text={message.text} most={4000} />
      </span>
      {message.details !== undefined && <CopyButton label="Copy details" text={() => message.details!} />}
      <button type="button" className="icon-button" aria-label="Dismiss" title="Dismiss" onClick={onDismiss}>
        <CloseIcon />
      </button>
    </div>
  );
}
