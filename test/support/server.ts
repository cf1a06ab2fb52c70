import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Server as NetServer } from 'node:net';
import type { TestContext } from 'node:test';

export interface LocalServer {
  readonly url: string;
  readonly requests: IncomingMessage[];
}

/** The address of a listening server. */
export function portOf(server: NetServer): number {
  return (server.address() as AddressInfo).port;
}

/** An HTTP server on the loopback interface that is gone, with its connections, after the test. */
export async function serve(
  t: TestContext,
  handler: (request: IncomingMessage, response: ServerResponse, count: number) => void,
): Promise<LocalServer> {
  const requests: IncomingMessage[] = [];
  const server: Server = createServer((request, response) =>
    handler(request, response, requests.push(request)),
  );
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  t.after(async () => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  });
  return { url: `http://127.0.0.1:${portOf(server)}`, requests };
}

/** Answers a request for `body` as a server that knows ranges and If-Range does (RFC 9110). */
export function sendRange(
  request: IncomingMessage,
  response: ServerResponse,
  body: Uint8Array,
  etag = '"v1"',
): void {
  const range = /^bytes=(\d+)-$/.exec(request.headers.range ?? '');
  const condition = request.headers['if-range'];
  const start = range && (condition === undefined || condition === etag) ? Number(range[1]) : 0;
  if (start >= body.length) {
    response.writeHead(416, { 'content-range': `bytes */${body.length}` }).end();
    return;
  }
  const headers = { etag, 'content-type': 'application/x-gzip', 'content-length': body.length - start };
  if (start > 0) {
    response.writeHead(206, {
      ...headers,
      'content-range': `bytes ${start}-${body.length - 1}/${body.length}`,
    });
  } else response.writeHead(200, headers);
  response.end(body.subarray(start));
}
