import http from 'node:http';
import https from 'node:https';
import { connect as connectTls } from 'node:tls';

/** A host that does not answer within so many milliseconds counts as out of reach. */
const connectTimeout = 5_000;
/** A transfer that stands still for so many milliseconds is given up; what has come is kept for the next try. */
const idleTimeout = 30_000;
const mostRedirects = 5;

/**
 * GETs a URL over HTTP or HTTPS, following redirects and HTTPS_PROXY / HTTP_PROXY / NO_PROXY.
 * @throws Error in one line if the host is out of reach
 */
export async function get(
  url: URL,
  headers: Record<string, string>,
  signal?: AbortSignal,
  redirects = 0,
): Promise<http.IncomingMessage> {
  const proxy = proxyFor(url);
  const tunnel = proxy && url.protocol === 'https:' ? await openTunnel(proxy, url) : undefined;
  const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
    const options: https.RequestOptions = { headers, agent: false, ...(signal ? { signal } : {}) };
    if (tunnel) options.createConnection = () => connectTls({ socket: tunnel, servername: url.hostname });
    const request =
      proxy && !tunnel ? http.request(throughProxy(proxy, url, options)) : client(url).request(url, options);
    limitSilence(request, url.host);
    request.on('response', resolve).on('error', reject).end();
  });
  const { statusCode = 0, headers: answered } = response;
  if (statusCode < 300 || statusCode >= 400 || !answered.location) return response;
  response.resume();
  if (redirects === mostRedirects) throw new Error(`${url.host} redirects without end`);
  return get(new URL(answered.location, url), headers, signal, redirects + 1);
}

/** The proxy that the environment names for a URL, in the lower- or upper-case variables that curl knows. */
export function proxyFor(url: URL, env: NodeJS.ProcessEnv = process.env): URL | undefined {
  const read = (name: string) => env[name.toLowerCase()] || env[name];
  const exceptions = (read('NO_PROXY') ?? '').split(',').map((text) => text.trim().replace(/^\*?\./, ''));
  const excepted = exceptions.some(
    (name) => name && (name === '*' || url.hostname === name || url.hostname.endsWith(`.${name}`)),
  );
  const proxy = read(url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY');
  if (!proxy || excepted) return undefined;
  return new URL(proxy.includes('://') ? proxy : `http://${proxy}`);
}

/** Asks a proxy for a connection to the URL's host; TLS is then spoken through it, end to end. */
function openTunnel(proxy: URL, url: URL): Promise<import('node:net').Socket> {
  const host = `${url.hostname}:${url.port || 443}`;
  return new Promise((resolve, reject) => {
    const request = client(proxy).request(proxy, {
      method: 'CONNECT',
      path: host,
      headers: { host, ...authorization(proxy) },
      agent: false,
    });
    limitSilence(request, proxy.host);
    request.on('error', reject).on('connect', (response, socket) => {
      if (response.statusCode === 200) resolve(socket);
      else reject(new Error(`the proxy ${proxy.host} refuses ${host}: status ${response.statusCode}`));
    });
    request.end();
  });
}

function throughProxy(proxy: URL, url: URL, options: https.RequestOptions): http.RequestOptions {
  return {
    ...options,
    host: proxy.hostname,
    port: proxy.port || 80,
    path: url.href,
    headers: { ...(options.headers as Record<string, string>), host: url.host, ...authorization(proxy) },
  };
}

function authorization(proxy: URL): Record<string, string> {
  if (!proxy.username) return {};
  const credentials = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  return { 'proxy-authorization': `Basic ${Buffer.from(credentials).toString('base64')}` };
}

function client(url: URL): typeof http | typeof https {
  return url.protocol === 'https:' ? https : http;
}

/** Ends a request whose host does not take the connection, or falls silent later. */
function limitSilence(request: http.ClientRequest, host: string): void {
  const fail = (ms: number) => () =>
    request.destroy(new Error(`${host} has not answered within ${ms / 1000} s`));
  const timer = setTimeout(fail(connectTimeout), connectTimeout);
  const connected = () => clearTimeout(timer);
  request.on('response', connected).on('connect', connected).on('close', connected);
  request.on('socket', (socket) => {
    socket.once(socket instanceof Object && 'encrypted' in socket ? 'secureConnect' : 'connect', connected);
  });
  request.setTimeout(idleTimeout, fail(idleTimeout));
}
