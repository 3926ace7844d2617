import type { BrowserContext, Page } from '@playwright/test';

/**
 * `LEAKLANES_E2E_SLOW=4 npm test -- --e2e-only`: the tests on a machine that is about so many times slower, as those of CI can be. The
 * processor of every page is throttled so much, and where the program is served every answer comes late. A test that
 * fails then, though it has not run out of time, reads something before it is there.
 */
export const SLOWNESS = Math.max(1, Number(process.env.LEAKLANES_E2E_SLOW ?? 1) || 1);

/** Of an answer, for every time that the machine is slower, ms. */
const DELAY_MS = 30;

/** Slows down the pages of a context that are there and all that come; nothing where nothing is to be slow. */
export async function slowDown(context: BrowserContext): Promise<void> {
  if (SLOWNESS === 1) return;
  context.on('page', (page) => void throttle(page).catch(() => {}));
  for (const page of context.pages()) await throttle(page);
  // All by the same time, so that they keep their order.
  await context.routeWebSocket(/.*/, (socket) => {
    const server = socket.connectToServer();
    server.onMessage((message) => void setTimeout(() => socket.send(message), DELAY_MS * SLOWNESS));
  });
}

async function throttle(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate: SLOWNESS });
}
