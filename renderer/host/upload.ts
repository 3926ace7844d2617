import { TraceError } from '../../shared/errors.ts';
import type { UploadReply } from '../../shared/protocol.ts';
import type { Progress } from '../../shared/records.ts';

/** Sends a file to the server. XMLHttpRequest, since fetch cannot report how far an upload is. */
export function uploadFile(
  file: File,
  token: string,
  onProgress: (progress: Progress) => void,
  signal: AbortSignal,
): Promise<string> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(new TraceError('cancelled', 'Cancelled.'));
      return;
    }
    const request = new XMLHttpRequest();
    request.open('POST', `/upload?token=${encodeURIComponent(token)}&name=${encodeURIComponent(file.name)}`);
    request.upload.onprogress = (event) =>
      onProgress({
        phase: 'upload',
        bytesDone: event.loaded,
        bytesTotal: event.lengthComputable ? event.total : file.size,
        events: 0,
      });
    request.onload = () => {
      const id = request.status === 200 || request.status === 201 ? readId(request.responseText) : null;
      if (id !== null) resolve(id);
      else {
        const text = request.responseText.trim().slice(0, 300);
        reject(
          new TraceError(
            'io',
            `${file.name} could not be sent to leaklanes serve (HTTP ${request.status})${text === '' ? '.' : `: ${text}`}`,
            file.name,
          ),
        );
      }
    };
    request.onerror = () =>
      reject(
        new TraceError(
          'io',
          `${file.name} could not be sent: leaklanes serve does not answer, or the file changed or cannot be read.`,
          file.name,
        ),
      );
    request.onabort = () => reject(new TraceError('cancelled', 'Cancelled.'));
    signal.addEventListener('abort', () => request.abort(), { once: true });
    onProgress({ phase: 'upload', bytesDone: 0, bytesTotal: file.size, events: 0 });
    request.send(file);
  });
}

function readId(text: string): string | null {
  try {
    const { id } = JSON.parse(text) as Partial<UploadReply>;
    return typeof id === 'string' ? id : null;
  } catch {
    return null;
  }
}
