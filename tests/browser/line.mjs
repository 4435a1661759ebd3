// The line between a browser and the house: a SOCKS5 proxy (RFC 1928) that counts what parts of uploads pass, and fails.
import { connect, createServer } from 'node:net';

const NO_LOGIN = Buffer.from([5, 0]);
const CONNECTED = Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]);

/** Where a browser wants to be connected: `05 01 00 type address port`. */
const wanted = (ask) => ({
  host: ask[3] === 3 ? ask.subarray(5, 5 + ask[4]).toString() : [...ask.subarray(4, 8)].join('.'),
  port: ask.readUInt16BE(ask.length - 2),
});

/** Tells of each request of one connection its head, and of its body how many bytes pass. */
function reader(began) {
  let head = Buffer.alloc(0);
  let left = 0;
  let body = null;
  return (bytes) => {
    while (bytes.length > 0) {
      if (left === 0) {
        head = Buffer.concat([head, bytes]);
        const end = head.indexOf('\r\n\r\n');
        if (end < 0) return;
        bytes = head.subarray(end + 4);
        const text = head.subarray(0, end).toString('latin1');
        head = Buffer.alloc(0);
        left = Number(text.match(/^content-length: *(\d+)/im)?.[1] ?? 0);
        body = began(text);
      } else {
        const passed = Math.min(left, bytes.length);
        left -= passed;
        body(passed);
        bytes = bytes.subarray(passed);
      }
    }
  };
}

export async function startLine() {
  const pairs = new Set();
  let [down, silent, limit, reached] = [false, false, Infinity, () => {}];
  const line = {
    /** The parts of uploads that passed: where each started and how many bytes of it reached the house. */
    parts: [],
    /** Waits until so many more bytes of parts have passed; the line falls silent within that very piece. */
    silentAfter: (bytes) =>
      new Promise((resolve) => {
        limit = passedIn(line.parts) + bytes;
        reached = () => {
          silent = true;
          for (const { client, house } of pairs) [client, house].forEach((end) => end.pause());
          resolve();
        };
      }),
    goOn() {
      silent = false;
      for (const { client, house } of pairs) [client, house].forEach((end) => end.resume());
    },
    /** Every connection ends, and nobody gets a new one. What has passed still reaches the house. */
    cut() {
      down = true;
      for (const { client, house } of pairs) {
        client.resetAndDestroy();
        house.end();
      }
      silent = false;
    },
    mend: () => (down = false),
  };
  const counting = () =>
    reader((head) => {
      const start = /^PATCH /.test(head) ? Number(head.match(/^upload-offset: *(\d+)/im)[1]) : null;
      if (start === null) return () => {};
      const part = { start, bytes: 0 };
      line.parts.push(part);
      return (bytes) => {
        part.bytes += bytes;
        if (passedIn(line.parts) < limit) return;
        limit = Infinity;
        reached();
      };
    });
  const join = (client, { host, port }) => {
    const house = connect(port, host === 'localhost' ? '127.0.0.1' : host);
    const pair = { client, house };
    const count = counting();
    pairs.add(pair);
    for (const [from, to, see] of [[client, house, count], [house, client, () => {}]]) {
      from.on('data', (bytes) => {
        // All of a piece passes, and only then may the line fail.
        if (!to.write(bytes)) from.pause();
        see(bytes);
      });
      to.on('drain', () => silent || from.resume());
      from.on('end', () => to.end());
      from.on('error', () => to.destroy());
      from.on('close', () => pairs.delete(pair));
    }
    house.on('connect', () => client.write(CONNECTED));
    if (silent) [client, house].forEach((end) => end.pause());
  };
  const server = createServer((client) => {
    client.on('error', () => {});
    if (down) return void client.resetAndDestroy();
    client.once('data', () => {
      client.write(NO_LOGIN);
      client.once('data', (ask) => join(client, wanted(ask)));
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  line.url = `socks5://127.0.0.1:${server.address().port}`;
  line.stop = () => {
    line.cut();
    server.close();
  };
  return line;
}

/** Bytes of parts that passed. */
export const passedIn = (parts) => parts.reduce((sum, { bytes }) => sum + bytes, 0);
