import type { TraceErrorData } from '../../shared/errors.ts';
import { errorDetails, sentence } from '../state/viewer.ts';
import { CopyButton } from './CopyButton.tsx';
import { ErrorIcon } from './icons.tsx';
import { Name } from './Name.tsx';

interface InlineErrorProps {
  error: TraceErrorData;
  /** What was being done, for the copied details: "rows of handles". */
  what: string;
  retry?: () => void;
}

/** An error in the place of what could not be shown, with details to copy and, where it may help, another try. */
export function InlineError({ error, what, retry }: InlineErrorProps) {
  return (
    <div className="inline-error" role="alert" data-testid="inline-error">
      <ErrorIcon />
      <p>
        <Name text={sentence(error)} most={2000} />
      </p>
      {retry !== undefined && (
        <button type="button" className="button" onClick={retry}>
          Try again
        </button>
      )}
      <CopyButton label="Copy details" text={() => errorDetails(error, { while: what })} />
    </div>
  );
}
