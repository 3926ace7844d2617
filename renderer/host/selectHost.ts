import { hostFromBridge, type LeaklanesBridge } from '../../shared/electronHost.ts';
import type { Host } from '../../shared/host.ts';
import { createServeHost } from './serveHost.ts';

declare global {
  interface Window {
    /** What the Electron preload exposes; absent in a browser. */
    leaklanes?: LeaklanesBridge;
  }
}

/** The world outside: the desktop shell where its preload has run, else the server that the page came from. */
export function selectHost(): Host {
  return window.leaklanes === undefined ? createServeHost(window.location) : hostFromBridge(window.leaklanes);
}
