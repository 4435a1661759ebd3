// The peer itself: a whole login by hand, and what it must refuse. Run with `npm test`.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { after, before, test } from 'node:test';

const CALLBACK = 'http://localhost:8080/login/fc/callback';
const AFTER = 'http://localhost:8080/logout/done';
const long = (word) => word.padEnd(43, 'x');
let child;
let issuer;

before(async () => {
  const args = ['server.mjs', '--redirect-uri', CALLBACK, '--post-logout-redirect-uri', AFTER, '--until-stdin-ends'];
  child = spawn(process.execPath, args, { cwd: import.meta.dirname ?? '.', stdio: ['pipe', 'pipe', 'ignore'] });
  for await (const chunk of child.stdout) {
    issuer = JSON.parse(String(chunk).trim().split('\n').at(-1)).issuer;
    break;
  }
});
after(() => child.kill());

const parameters = (changes = {}) => new URLSearchParams({
  client_id: 'parvis', response_type: 'code', redirect_uri: CALLBACK, scope: 'openid identite_pivot email idp_birthdate',
  state: long('state'), nonce: long('nonce'), acr_values: 'eidas1', ...changes,
});

/** Follows redirects inside the provider, with cookies, until it leaves or shows a page. */
async function browse(url, cookies, options = {}) {
  const headers = { ...options.headers, cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') };
  const answer = await fetch(url, { ...options, headers, redirect: 'manual' });
  for (const cookie of answer.headers.getSetCookie()) {
    const [name, value] = cookie.split(';')[0].split(/=(.*)/s);
    cookies.set(name, value);
  }
  const location = answer.headers.get('location');
  if (location && new URL(location, url).origin === new URL(issuer).origin) return browse(new URL(location, url), cookies);
  return { status: answer.status, location: location && new URL(location), url, body: location ? '' : await answer.text() };
}

async function click(person) {
  const cookies = new Map();
  const page = await browse(`${issuer}/authorize?${parameters()}`, cookies);
  assert.equal(page.status, 200, page.body);
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const done = await browse(page.url, cookies, { method: 'POST', headers, body: person ? `person=${person}` : '' });
  assert.ok(done.location, done.body);
  return done.location.searchParams;
}

const redeem = (code) => fetch(`${issuer}/token`, {
  method: 'POST',
  body: new URLSearchParams({ grant_type: 'authorization_code', code, redirect_uri: CALLBACK, client_id: 'parvis', client_secret: 'partner-secret' }),
});

const part = (token, index) => JSON.parse(Buffer.from(token.split('.')[index], 'base64url'));

test('a login has the shape of FranceConnect’s', async () => {
  const back = await click('tuan');
  assert.equal(back.get('iss'), issuer);
  assert.equal(back.get('state'), long('state'));
  const tokens = await (await redeem(back.get('code'))).json();
  assert.deepEqual(Object.keys(tokens).sort(), ['access_token', 'expires_in', 'id_token', 'scope', 'token_type']);
  const claims = part(tokens.id_token, 1);
  assert.deepEqual(Object.keys(claims).sort(), ['acr', 'aud', 'auth_time', 'exp', 'iat', 'iss', 'nonce', 'sub']);
  assert.equal(claims.exp - claims.iat, 60);
  const userinfo = await fetch(`${issuer}/userinfo`, { headers: { authorization: `Bearer ${tokens.access_token}` } });
  assert.match(userinfo.headers.get('content-type'), /^application\/jwt/);
  const person = part(await userinfo.text(), 1);
  assert.equal(person.idp_birthdate, '1948-00-00');
  assert.equal(person.sub, claims.sub);
  assert.equal((await redeem(back.get('code'))).status, 400, 'a code serves once');
});

test('going back is access_denied', async () => {
  assert.equal((await click(null)).get('error'), 'access_denied');
});

test('one parameter too many is Y030007', async () => {
  for (const extra of [{ code_challenge: long('c'), code_challenge_method: 'S256' }, { max_age: '0' }, { login_hint: 'x' }]) {
    const answer = await fetch(`${issuer}/authorize?${parameters(extra)}`, { redirect: 'manual' });
    assert.equal(answer.status, 400);
    assert.match(await answer.text(), /Y030007/);
  }
});

test('logout comes back with its state', async () => {
  const back = await click('camille');
  const { id_token: hint } = await (await redeem(back.get('code'))).json();
  const cookies = new Map();
  const query = new URLSearchParams({ id_token_hint: hint, post_logout_redirect_uri: AFTER, state: 'abc' });
  const page = await browse(`${issuer}/session/end?${query}`, cookies);
  const xsrf = page.body.match(/name="xsrf" value="([^"]+)"/)[1];
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const done = await browse(`${issuer}/session/end/confirm`, cookies, { method: 'POST', headers, body: `xsrf=${xsrf}&logout=yes` });
  assert.equal(String(done.location), `${AFTER}?state=abc`);
});
