// axios: `NODE_PATH=... node axios.js 1.1 URL CA-FILE`.
'use strict';
const { readFileSync } = require('node:fs');
const https = require('node:https');
const { Readable } = require('node:stream');
const axios = require('axios');
const { BODY, GET_BYTES, follow, pieces, received, run, same, samePattern } = require('./cases.js');

const [version, base, authority] = process.argv.slice(2);
const agent = new https.Agent({ ca: readFileSync(authority), keepAlive: true });
const client = axios.create({ baseURL: base, httpsAgent: agent, proxy: false, timeout: 30_000 });

async function answer(options) {
  const answered = await client.request(options);
  same('status', 200, answered.status);
  const incoming = answered.request.res ?? answered.data;
  same('version', version, incoming.httpVersion);
  return answered.data;
}

async function get() {
  samePattern(GET_BYTES, await answer({ url: `/get?bytes=${GET_BYTES}`, responseType: 'arraybuffer' }));
}

async function post() {
  same('received', received('length'), await answer({ url: '/post', method: 'post', data: BODY, responseType: 'text' }));
}

async function chunked() {
  const data = Readable.from(pieces());
  same('received', received('chunked'), await answer({ url: '/post', method: 'post', data, responseType: 'text' }));
}

// axios leaves it to the caller to wait for the 100: this body begins with it.
async function expect() {
  const { promise, resolve } = withResolvers();
  async function* afterContinue() {
    await promise;
    yield* pieces();
  }
  const transport = {
    request: (options, onAnswer) => https.request(options, onAnswer).on('continue', resolve),
  };
  const headers = { expect: '100-continue', 'content-length': BODY.length };
  const data = Readable.from(afterContinue());
  const said = await answer({ url: '/post', method: 'post', headers, data, transport, responseType: 'text' });
  same('received', received('length'), said);
}

function withResolvers() {
  let resolve;
  const promise = new Promise((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

async function redirect() {
  samePattern(1_000, await answer({ url: '/redirect', responseType: 'arraybuffer' }));
}

async function streaming() {
  const stream = await answer({ url: '/events?run=axios', responseType: 'stream' });
  await follow(stream, (event) => answer({ url: `/ack?run=axios&event=${event}`, responseType: 'text' }));
}

async function main() {
  for (const each of [get, post, chunked, expect, redirect, streaming]) {
    await run(each.name, each);
  }
  agent.destroy();
}

main();
