import { Component, type ReactNode } from 'react';
import { errorData } from '../../shared/errors.ts';
import { InlineError } from './InlineError.tsx';

interface PaneBoundaryProps {
  /** What the pane is, for the copied details: "the lanes". */
  what: string;
  children: ReactNode;
}

/** A mistake of ours in one pane is told in its place; the other panes go on. */
export class PaneBoundary extends Component<PaneBoundaryProps, { error: unknown }> {
  override state: { error: unknown } = { error: null };

  static getDerivedStateFromError(error: unknown): { error: unknown } {
    return { error };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === null) return this.props.children;
    const data = errorData(error);
    return (
      <InlineError
        error={{ ...data, message: `Something went wrong in ${this.props.what}: ${data.message}` }}
        what={`${this.props.what}; ${error instanceof Error ? (error.stack ?? '') : ''}`}
        retry={() => this.setState({ error: null })}
      />
    );
  }
}
