import type { ReactNode } from 'react';

interface EmptyStateProps {
  /** What is not there, in a few words: "No stacks in this trace". */
  title: string;
  /** Why, and what to do about it. */
  children?: ReactNode;
  /** A button's text and what it does: "Clear all filters". */
  action?: { label: string; run: () => void };
}

/** What stands where there is nothing to show. */
export function EmptyState({ title, children, action }: EmptyStateProps) {
  return (
    <div className="empty-state" data-testid="empty-state">
      <p className="empty-title">{title}</p>
      {children !== undefined && <div className="empty-why">{children}</div>}
      {action !== undefined && (
        <button type="button" className="button" onClick={action.run}>
          {action.label}
        </button>
      )}
    </div>
  );
}
