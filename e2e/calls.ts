import type { Page } from '@playwright/test';

/** What {@link countCalls} leaves in the page: of each of its sockets the ids of the calls that have no answer. */
interface CountingWindow {
  unansweredCalls?: Set<number>[];
}

/** Runs in a page before its own scripts: notes which calls to `leaklanes serve` are not answered (shared/protocol.ts). */
export function countCalls(): void {
  const unansweredCalls: Set<number>[] = [];
  Object.assign(window, { unansweredCalls });
  window.WebSocket = new Proxy(WebSocket, {
    construct(Socket, args: [string]) {
      const socket = new Socket(...args);
      const unanswered = new Set<number>();
      unansweredCalls.push(unanswered);
      const send = socket.send.bind(socket);
      socket.send = (data) => {
        const { type, id } = JSON.parse(data as string) as { type: string; id: number };
        if (type === 'call') unanswered.add(id);
        // Nobody waits for what is cancelled.
        else unanswered.delete(id);
        send(data);
      };
      socket.addEventListener('message', ({ data }) => {
        const { type, id } = JSON.parse(data as string) as { type: string; id: number };
        if (type === 'result' || type === 'error') unanswered.delete(id);
      });
      socket.addEventListener('close', () => unanswered.clear());
      return socket;
    },
  });
}

/**
 * Waits until the page has drawn the answers to all that it has asked, so that nothing moves under the mouse. In the window of the
 * desktop, whose calls cannot be counted from outside, until it has nothing to do.
 */
export async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const isWaiting = () => (window as CountingWindow).unansweredCalls?.some((calls) => calls.size > 0) ?? false;
    const frame = () => new Promise(requestAnimationFrame);
    // After the tasks that wait, in which answers are drawn. An idle callback would be the word for it, but in a window of 4K without a
    // GPU Chromium can owe one for ever.
    const rest = () => scheduler.postTask(() => {}, { priority: 'background' });
    // What was just drawn may ask for more.
    for (let rounds = 0; rounds < 2; rounds++) {
      await frame();
      await rest();
      if (isWaiting()) rounds = -1;
    }
  });
}
