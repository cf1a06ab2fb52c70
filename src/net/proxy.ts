import { EnvHttpProxyAgent } from 'undici';
import { WhyconvError } from '../base/errors.js';

/** The proxies of an environment; '' for none. */
export interface Proxies {
  /** Address for http:// URLs. */
  readonly httpProxy: string;
  /** Address for https:// URLs; where there is none, the one for http:// serves. */
  readonly httpsProxy: string;
  /** Hosts that are connected to directly. */
  readonly noProxy: string;
}

/**
 * The proxies named by HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY, lower case first, as curl reads them; then those
 * of npm's configuration, which npm passes to its scripts.
 * @throws WhyconvError for an address that is not one of a proxy
 */
export function proxiesOf(env: NodeJS.ProcessEnv): Proxies {
  const first = (...names: string[]): [string, string] => {
    const name = names.find((candidate) => env[candidate]);
    return name === undefined ? ['', ''] : [name, env[name]!];
  };
  const all = ['all_proxy', 'ALL_PROXY'];
  return {
    httpProxy: proxyAddress(...first('http_proxy', 'HTTP_PROXY', ...all, 'npm_config_proxy')),
    httpsProxy: proxyAddress(...first('https_proxy', 'HTTPS_PROXY', ...all, 'npm_config_https_proxy')),
    noProxy: first('no_proxy', 'NO_PROXY', 'npm_config_noproxy')[1],
  };
}

/** "through the proxy HOST:PORT", for errors; '' where no proxy is configured. Never shows credentials. */
export function describeProxies({ httpProxy, httpsProxy }: Proxies): string {
  const hosts = [httpsProxy, httpProxy].filter(Boolean).map((address) => new URL(address).host);
  return hosts.length > 0 ? `through the proxy ${[...new Set(hosts)].join(' or ')}` : '';
}

export interface Timeouts {
  /** Milliseconds to wait for a connection. */
  readonly connectMs: number;
  /** Milliseconds that a connection may be silent. */
  readonly stallMs: number;
}

/** An undici dispatcher that connects through these proxies. Whoever makes it destroys it. */
export function makeAgent(proxies: Proxies, { connectMs, stallMs }: Timeouts): EnvHttpProxyAgent {
  return new EnvHttpProxyAgent({
    ...proxies,
    connect: { timeout: connectMs },
    proxyTls: { timeout: connectMs },
    headersTimeout: stallMs,
    bodyTimeout: stallMs,
    // Plain http:// requests are sent to the proxy whole: many allow tunnels to port 443 only.
    proxyTunnel: false,
  });
}

function proxyAddress(name: string, value: string): string {
  if (value === '') return '';
  const address = value.includes('://') ? value : `http://${value}`;
  if (URL.canParse(address) && /^(https?|socks5?):$/.test(new URL(address).protocol)) return address;
  throw new WhyconvError({
    what: 'the address of the proxy is not valid',
    where: name,
    found: withoutCredentials(value),
    expected: 'http://HOST:PORT or http://USER:PASSWORD@HOST:PORT (also https:// and socks5://)',
    remedy: `fix or unset ${name}`,
  });
}

const withoutCredentials = (address: string): string => address.replace(/\/\/.*@/, '//');
