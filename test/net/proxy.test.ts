import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { connect } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { download } from '../../src/net/index.js';
import { describeProxies, proxiesOf } from '../../src/net/proxy.js';
import { refusal, temporaryFolder } from '../data/fixtures.js';
import { setEnvironment } from '../support/environment.js';
import { portOf, serve } from '../support/server.js';

const NO_PROXIES = Object.fromEntries(
  ['http_proxy', 'https_proxy', 'all_proxy', 'no_proxy'].flatMap((name) => [
    [name, undefined],
    [name.toUpperCase(), undefined],
  ]),
);

/** An HTTP proxy that notes each request line and opens tunnels to any host on this machine. */
async function startProxy(t: TestContext, refuse?: number) {
  const seen: string[] = [];
  const requests: IncomingMessage[] = [];
  const proxy = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`);
    requests.push(request);
    response.writeHead(refuse ?? 200).end('by proxy');
  });
  proxy.on('connect', (request: IncomingMessage, socket) => {
    seen.push(`CONNECT ${request.url}`);
    requests.push(request);
    if (refuse) {
      socket.end(`HTTP/1.1 ${refuse} no\r\n\r\n`);
      return;
    }
    const upstream = connect(Number(request.url!.split(':')[1]), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.pipe(socket).pipe(upstream);
    });
    for (const end of [socket, upstream]) end.on('error', () => {});
    t.after(() => upstream.destroy());
  });
  await new Promise<void>((done) => proxy.listen(0, '127.0.0.1', done));
  t.after(() => {
    proxy.closeAllConnections();
    proxy.close();
  });
  return { url: `http://127.0.0.1:${portOf(proxy)}`, seen, requests };
}

/** A server for https://localhost with a certificate of its own; undefined where OpenSSL is missing. */
async function startSecure(t: TestContext): Promise<{ url: string; certificate: string } | undefined> {
  const folder = temporaryFolder(t);
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  const kind = ['req', '-x509', '-nodes', '-newkey', 'rsa:2048', '-days', '2'];
  const made = spawnSync('openssl', [...kind, ...names, '-keyout', key, '-out', certificate]);
  if (made.status !== 0) return undefined;
  const options = { key: readFileSync(key), cert: readFileSync(certificate) };
  const server = createSecureServer(options, (_, response) => response.end('secure'));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `https://localhost:${portOf(server)}/file`, certificate };
}

/** Downloads in a process of its own, since Node reads NODE_EXTRA_CA_CERTS when it starts. */
function downloadInProcess(url: string, target: string, env: Readonly<Record<string, string | undefined>>) {
  const module = JSON.stringify(require.resolve('../../src/net/index.js'));
  const code = `require(${module}).download({ url: process.argv[1], target: process.argv[2], title: 'it', retryMs: 1 })
    .catch((error) => { console.error(error.message); process.exitCode = 1; })`;
  const child = spawn(process.execPath, ['-e', code, url, target], {
    env: { ...process.env, ...NO_PROXIES, ...env },
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return new Promise<{ status: number | null; stderr: string }>((done) => {
    child.on('close', (status) => done({ status, stderr }));
  });
}

test('HTTPS_PROXY and https_proxy are asked for a tunnel, through which TLS is verified end to end', async (t) => {
  const secure = await startSecure(t);
  if (!secure) return t.skip('openssl is not installed');
  const target = join(temporaryFolder(t), 'file');
  for (const name of ['HTTPS_PROXY', 'https_proxy']) {
    const proxy = await startProxy(t);
    const env = { [name]: proxy.url, NODE_EXTRA_CA_CERTS: secure.certificate };
    const { status, stderr } = await downloadInProcess(secure.url, target, env);
    assert.equal(status, 0, stderr);
    assert.equal(readFileSync(target, 'utf8'), 'secure');
    assert.deepEqual(proxy.seen, [`CONNECT ${new URL(secure.url).host}`]);
  }
});

test('a certificate that is not trusted is an error that names NODE_EXTRA_CA_CERTS', async (t) => {
  const secure = await startSecure(t);
  if (!secure) return t.skip('openssl is not installed');
  const { status, stderr } = await downloadInProcess(secure.url, join(temporaryFolder(t), 'file'), {});
  assert.equal(status, 1);
  assert.match(
    stderr,
    /certificate is not trusted \(DEPTH_ZERO_SELF_SIGNED_CERT\)[\s\S]*NODE_EXTRA_CA_CERTS=/,
  );
});

test('an http:// address is sent to HTTP_PROXY whole, with the credentials of the proxy', async (t) => {
  const proxy = await startProxy(t);
  setEnvironment(t, { ...NO_PROXIES, HTTP_PROXY: proxy.url.replace('//', '//user:word@') });
  const target = join(temporaryFolder(t), 'file');
  await download({ url: 'http://example.invalid/file?x=1', target, title: 'it' });
  assert.equal(readFileSync(target, 'utf8'), 'by proxy');
  assert.deepEqual(proxy.seen, ['GET http://example.invalid/file?x=1']);
  const [{ headers }] = proxy.requests as [IncomingMessage];
  assert.equal(headers.host, 'example.invalid');
  assert.equal(headers['proxy-authorization'], `Basic ${Buffer.from('user:word').toString('base64')}`);
});

test('hosts of NO_PROXY are connected to directly, also after a redirect through the proxy', async (t) => {
  const server = await serve(t, (_, response) => response.end('direct'));
  const proxy = createServer((_, response) =>
    response.writeHead(302, { location: `${server.url}/moved` }).end(),
  );
  await new Promise<void>((done) => proxy.listen(0, '127.0.0.1', done));
  t.after(() => {
    proxy.closeAllConnections();
    proxy.close();
  });
  const target = join(temporaryFolder(t), 'file');
  for (const name of ['NO_PROXY', 'no_proxy']) {
    setEnvironment(t, {
      ...NO_PROXIES,
      http_proxy: `http://127.0.0.1:${portOf(proxy)}`,
      [name]: 'example.org, 127.0.0.1',
    });
    for (const url of [`${server.url}/file`, 'http://elsewhere.invalid/file']) {
      writeFileSync(target, '');
      await download({ url, target, title: 'it' });
      assert.equal(readFileSync(target, 'utf8'), 'direct');
    }
  }
});

test('a proxy that wants a password, refuses or cannot be reached is named, and its credentials are not', async (t) => {
  const target = join(temporaryFolder(t), 'file');
  const request = { url: 'https://example.invalid/file', target, title: 'it', otherWays: 'none', retryMs: 1 };
  for (const [status, ...parts] of [
    [407, 'asks for a password', 'USER:PASSWORD@HOST:PORT'],
    [403, 'the proxy answers HTTP 403', 'NO_PROXY'],
    [503, 'the proxy answers HTTP 503', 'broke off'],
  ] as const) {
    const proxy = await startProxy(t, status);
    setEnvironment(t, { ...NO_PROXIES, HTTPS_PROXY: proxy.url.replace('//', '//ann:secret@') });
    await assert.rejects(download(request), (error: Error) => {
      assert.ok(!error.message.includes('secret'));
      return refusal(`through the proxy ${new URL(proxy.url).host}`, ...parts)(error);
    });
    assert.equal(proxy.seen.length, status === 503 ? 5 : 1);
  }
  setEnvironment(t, { ...NO_PROXIES, HTTPS_PROXY: 'http://127.0.0.1:1' });
  await assert.rejects(download(request), refusal('cannot be reached', 'ECONNREFUSED', 'proxy 127.0.0.1:1'));
});

test('the variables are read as curl reads them, then as npm passes its own configuration', () => {
  const proxies = (env: NodeJS.ProcessEnv) => Object.values(proxiesOf(env));
  assert.deepEqual(proxies({}), ['', '', '']);
  assert.deepEqual(
    proxies({
      HTTP_PROXY: 'http://upper',
      http_proxy: 'http://lower',
      HTTPS_PROXY: '',
      https_proxy: 'proxy:1',
    }),
    ['http://lower', 'http://proxy:1', ''],
  );
  assert.deepEqual(proxies({ ALL_PROXY: 'socks5://s:1', https_proxy: 'https://t:2', NO_PROXY: 'a,b' }), [
    'socks5://s:1',
    'https://t:2',
    'a,b',
  ]);
  assert.deepEqual(
    proxies({ npm_config_proxy: 'http://n', npm_config_https_proxy: 'http://m', npm_config_noproxy: 'c' }),
    ['http://n', 'http://m', 'c'],
  );
  assert.equal(describeProxies(proxiesOf({ HTTPS_PROXY: 'http://a:b@c:1' })), 'through the proxy c:1');
});

test('an address that is not one of a proxy is refused with its variable and without its password', () => {
  for (const value of ['ftp://ann:secret@host', 'http://ann:secret@', 'http://a b']) {
    assert.throws(
      () => proxiesOf({ HTTPS_PROXY: value }),
      (error: Error) => {
        assert.ok(!error.message.includes('secret'));
        return refusal('HTTPS_PROXY', 'http://HOST:PORT')(error);
      },
    );
  }
});
