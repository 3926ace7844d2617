import type { Host } from '../../shared/host.ts';
import { createServeHost } from './serveHost.ts';

declare global {
  interface Window {
    /** The Electron preload's Host; absent in a browser. */
    leaklanes?: Host;
  }
}

/** The world outside: the desktop shell where its preload has run, else the server that the page came from. */
export function selectHost(): Host {
  return window.leaklanes ?? createServeHost(window.location);
}
