// What the clients in JavaScript share: what is sent and expected, and a line of output a case.
'use strict';
const { createHash } = require('node:crypto');

const GET_BYTES = 100_000;
const PIECES = 7;
const PIECE_BYTES = 10_000;
const BODY = pattern(PIECES * PIECE_BYTES);
const DIGEST = createHash('sha256').update(BODY).digest('hex');
const EVENTS = ['1', '2', '3', '4', '5'];

function pattern(bytes) {
  return Buffer.alloc(bytes, 'abcdefghijklmnopqrstuvwxyz');
}

// A case that gives a text is none: the client cannot do this, and the text says why.
async function run(name, body) {
  try {
    const none = await body();
    console.log(none === undefined ? `PASS ${name}` : `NONE ${name}: ${none}`);
  } catch (fault) {
    console.log(`FAIL ${name}: ${String(fault).replaceAll('\n', ' ')}`);
  }
}

function same(what, wanted, got) {
  if (JSON.stringify(wanted) !== JSON.stringify(got)) {
    throw new Error(`${what}: expected ${JSON.stringify(wanted)}, got ${JSON.stringify(got)}`);
  }
}

function samePattern(bytes, got) {
  if (!pattern(bytes).equals(Buffer.from(got))) {
    throw new Error(`another body than expected, of ${got.byteLength} bytes`);
  }
}

// What the origin says of BODY.
function received(framing) {
  return `${framing} ${BODY.length} ${DIGEST}\n`;
}

async function* pieces() {
  for (let i = 0; i < PIECES; i++) {
    yield BODY.subarray(i * PIECE_BYTES, (i + 1) * PIECE_BYTES);
  }
}

// Reads server-sent events as they come, and says of each that it is here before it asks for the next.
async function follow(stream, acknowledge) {
  const events = [];
  let rest = '';
  for await (const bytes of stream) {
    const lines = (rest + bytes.toString()).split('\n');
    rest = lines.pop();
    for (const line of lines.filter((each) => each.startsWith('data: '))) {
      events.push(line.slice('data: '.length));
      await acknowledge(events.at(-1).split(' ')[0]);
    }
  }
  same('events', EVENTS, events);
}

module.exports = { BODY, GET_BYTES, follow, pieces, received, run, same, samePattern };
