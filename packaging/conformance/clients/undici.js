// undici: `NODE_PATH=... node undici.js 1.1|2 URL CA-FILE`.
'use strict';
const { readFileSync } = require('node:fs');
const { Agent, buildConnector, fetch, request } = require('undici');
const { BODY, GET_BYTES, follow, pieces, received, run, same, samePattern } = require('./cases.js');

const [version, base, authority] = process.argv.slice(2);
const isHttp2 = version === '2';
const protocols = new Set();
const connect = buildConnector({ ca: readFileSync(authority), allowH2: isHttp2 });
const dispatcher = new Agent({
  allowH2: isHttp2,
  connect: (options, done) =>
    connect(options, (fault, socket) => {
      if (socket) {
        protocols.add(socket.alpnProtocol || 'http/1.1');
      }
      done(fault, socket);
    }),
});

async function answer(path, options = {}) {
  const { statusCode, body } = await request(base + path, {
    dispatcher,
    headersTimeout: 30_000,
    bodyTimeout: 30_000,
    ...options,
  });
  same('status', 200, statusCode);
  same('protocols', [isHttp2 ? 'h2' : 'http/1.1'], [...protocols]);
  return body;
}

async function get() {
  samePattern(GET_BYTES, await (await answer(`/get?bytes=${GET_BYTES}`)).arrayBuffer());
}

async function post() {
  same('received', received('length'), await (await answer('/post', { method: 'POST', body: BODY })).text());
}

async function chunked() {
  same('received', received('chunked'), await (await answer('/post', { method: 'POST', body: pieces() })).text());
}

// Over HTTP/2 the body is sent only after a 100. Over HTTP/1.1 undici refuses to ask for one.
async function expect() {
  if (isHttp2) {
    const body = await answer('/post', { method: 'POST', body: BODY, expectContinue: true });
    same('received', received('length'), await body.text());
    return undefined;
  }
  try {
    await answer('/post', { method: 'POST', body: BODY, headers: { expect: '100-continue' } });
  } catch (fault) {
    if (fault.code === 'UND_ERR_NOT_SUPPORTED') {
      return 'undici does not send Expect over HTTP/1.1';
    }
    throw fault;
  }
  return undefined;
}

async function redirect() {
  const answered = await fetch(`${base}/redirect`, { dispatcher, signal: AbortSignal.timeout(30_000) });
  same('status', 200, answered.status);
  samePattern(1_000, await answered.arrayBuffer());
}

async function streaming() {
  const stream = `undici-${version}`;
  await follow(await answer(`/events?run=${stream}`), async (event) => {
    await (await answer(`/ack?run=${stream}&event=${event}`)).dump();
  });
}

async function main() {
  for (const each of [get, post, chunked, expect, redirect, streaming]) {
    await run(each.name, each);
  }
  await dispatcher.close();
}

main();
