import { Agent, EnvHttpProxyAgent, request, type Dispatcher } from 'undici';
import { addressProblem, isLoopback, redirectProblem } from './address.ts';

const MAX_REDIRECTS = 5;
/** The rest of an answer that is not wanted is read up to here, so that the connection can be used again. */
const UNWANTED = { limit: 64 * 1024, ms: 5_000 };

export interface HttpOptions {
  /** http: to other machines too */
  allowHttp: boolean;
  /** until a server's first byte */
  headersTimeoutMs: number;
  /** between two parts of a body */
  idleTimeoutMs: number;
  /** instead of HTTP_PROXY, HTTPS_PROXY and NO_PROXY of the environment */
  proxy?: { httpProxy?: string; httpsProxy?: string; noProxy?: string };
}

export type HttpResponse = Dispatcher.ResponseData;

/** What we do not do, with the sentence for the user; asking again would change nothing. */
export class RefusedError extends Error {}

/** GET requests as a symbol client needs them: proxies of the environment, redirects within {@link redirectProblem}. */
export class Http {
  private readonly options: HttpOptions;
  private readonly direct: Agent;
  private readonly proxied: EnvHttpProxyAgent;

  constructor(options: HttpOptions) {
    this.options = options;
    const timeouts = {
      headersTimeout: options.headersTimeoutMs,
      bodyTimeout: options.idleTimeoutMs,
      connect: { timeout: options.headersTimeoutMs },
    };
    this.direct = new Agent(timeouts);
    // Proxies tunnel to https: only; many refuse a tunnel to port 80.
    this.proxied = new EnvHttpProxyAgent({ ...timeouts, ...options.proxy, proxyTunnel: false });
  }

  /** The first answer that is no redirect; its body must be read or destroyed. @throws RefusedError; network errors; the signal's reason */
  async get(address: URL, headers: Record<string, string>, signal: AbortSignal | undefined): Promise<HttpResponse> {
    const problem = addressProblem(address, this.options.allowHttp);
    if (problem) throw new RefusedError(problem);
    let url = address;
    for (let redirects = 0; ; redirects++) {
      const response = await request(withoutUser(url), {
        // This machine is never behind a proxy.
        dispatcher: isLoopback(url) ? this.direct : this.proxied,
        headers: { 'user-agent': 'Leaklanes', ...headers, ...authorization(address, url) },
        signal,
      });
      const location = response.headers.location;
      if (![301, 302, 303, 307, 308].includes(response.statusCode) || typeof location !== 'string') return response;
      await drop(response, signal);
      if (redirects === MAX_REDIRECTS) throw new RefusedError(`sends us on more than ${MAX_REDIRECTS} times`);
      if (!URL.canParse(location, url.href)) throw new RefusedError('sends us on to an address that is none');
      const next = new URL(location, url);
      const refused = redirectProblem(url, next, this.options.allowHttp);
      if (refused) throw new RefusedError(refused);
      url = next;
    }
  }

  /** Ends what is under way. */
  async close(): Promise<void> {
    await Promise.all([this.direct.destroy(), this.proxied.destroy()]);
  }
}

/** Lets go of an answer whose body is not wanted. */
export async function drop(response: HttpResponse, signal: AbortSignal | undefined): Promise<void> {
  const time = AbortSignal.timeout(UNWANTED.ms);
  response.body.on('error', () => {});
  await response.body
    .dump({ limit: UNWANTED.limit, signal: signal ? AbortSignal.any([signal, time]) : time })
    .catch(() => {});
  signal?.throwIfAborted();
}

function withoutUser(url: URL): URL {
  const clean = new URL(url);
  clean.username = '';
  clean.password = '';
  return clean;
}

/** User and password that stand in the server's address, for that server alone. */
function authorization(server: URL, url: URL): Record<string, string> {
  if (server.username === '' || server.origin !== url.origin) return {};
  const pair = `${decodeURIComponent(server.username)}:${decodeURIComponent(server.password)}`;
  return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
}
