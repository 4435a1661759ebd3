// An OpenID-certified provider (npm `oidc-provider`, the engine FranceConnect runs on), shaped like FranceConnect's
// low platform: same paths, lives, token shapes and the strict entrance that refuses one parameter too many.
//
//   node server.mjs --port 0 --client-id parvis --client-secret s --redirect-uri http://localhost:8080/login/fc/callback \
//                   --post-logout-redirect-uri http://localhost:8080/logout/done [--alg ES256|RS256]
//
// Prints one line of JSON when ready: {"issuer": "...", "port": 1234}. Listens on 127.0.0.1 only; ends with its stdin
// when --until-stdin-ends is given, so that a test that dies leaves nothing behind.

import { createServer } from 'node:http';
import { parseArgs } from 'node:util';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import Provider from 'oidc-provider';
import { citizens } from './citizens.mjs';
import { configuration } from './configuration.mjs';
import { entrance } from './entrance.mjs';
import { interactions } from './interactions.mjs';

const { values: options } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    'client-id': { type: 'string', default: 'parvis' },
    'client-secret': { type: 'string', default: 'partner-secret' },
    'redirect-uri': { type: 'string', multiple: true, default: ['http://localhost/unused'] },
    'post-logout-redirect-uri': { type: 'string', multiple: true, default: [] },
    alg: { type: 'string', default: 'ES256' },
    'until-stdin-ends': { type: 'boolean', default: false },
  },
});

const PREFIX = '/api/v2';

function privateJwk(type, parameters, kid, alg) {
  const { privateKey } = generateKeyPairSync(type, parameters);
  return { ...privateKey.export({ format: 'jwk' }), kid, alg, use: 'sig' };
}

const keys = [
  privateJwk('ec', { namedCurve: 'P-256' }, 'pkcs11:ES256:partner', 'ES256'),
  privateJwk('rsa', { modulusLength: 2048 }, 'pkcs11:RS256:partner', 'RS256'),
];

const client = {
  client_id: options['client-id'],
  client_secret: options['client-secret'],
  redirect_uris: options['redirect-uri'],
  post_logout_redirect_uris: options['post-logout-redirect-uri'],
  response_types: ['code'],
  grant_types: ['authorization_code'],
  token_endpoint_auth_method: 'client_secret_post',
  subject_type: 'pairwise',
  id_token_signed_response_alg: options.alg,
  userinfo_signed_response_alg: options.alg,
};

const server = createServer();
server.listen(Number(options.port), '127.0.0.1', async () => {
  // Only now is the port known, and with it the issuer.
  const { port } = server.address();
  const issuer = `http://127.0.0.1:${port}${PREFIX}`;
  const provider = new Provider(issuer, configuration({ client, keys, citizens, cookieKey: randomBytes(32).toString('hex') }));
  const handlers = [entrance(PREFIX), interactions(PREFIX, provider, citizens)];
  const engine = provider.callback();
  server.on('request', async (request, response) => {
    try {
      for (const handler of handlers) {
        if (await handler(request, response)) return;
      }
      if (!request.url.startsWith(`${PREFIX}/`)) {
        response.writeHead(404).end();
        return;
      }
      // The engine expects to be mounted: the full path in originalUrl, its own part in url.
      request.originalUrl = request.url;
      request.url = request.url.slice(PREFIX.length);
      engine(request, response);
    } catch (error) {
      console.error(error);
      if (!response.headersSent) response.writeHead(500);
      response.end();
    }
  });
  process.stdout.write(`${JSON.stringify({ issuer, port })}\n`);
});

server.on('error', (error) => {
  console.error(`port ${options.port}: ${error.message}`);
  process.exit(1);
});

if (options['until-stdin-ends']) {
  process.stdin.resume();
  process.stdin.on('end', () => process.exit(0));
}
