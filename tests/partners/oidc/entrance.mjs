// The entrance of FranceConnect: a parameter outside its list is refused on its own page, HTTP 400, code Y030007.
// A relying party that starts to send PKCE or max_age breaks here as it would break in production.

const KNOWN = ['client_id', 'response_type', 'redirect_uri', 'scope', 'state', 'nonce', 'acr_values', 'prompt', 'claims',
  'idp_hint', 'ui_locales'];
const REQUIRED = ['client_id', 'response_type', 'redirect_uri', 'scope', 'state', 'nonce', 'acr_values'];
const LOGOUT = ['id_token_hint', 'post_logout_redirect_uri', 'state'];

export function entrance(prefix) {
  return async (request, response) => {
    const url = new URL(request.url, 'http://127.0.0.1');
    if (url.pathname === `${prefix}/session/end` && request.method === 'GET') {
      const unknown = [...url.searchParams.keys()].find((name) => !LOGOUT.includes(name));
      return unknown || !url.searchParams.has('id_token_hint') ? refuse(response, unknown ?? 'id_token_hint') : false;
    }
    if (url.pathname !== `${prefix}/authorize`) return false;
    const names = [...url.searchParams.keys()];
    const wrong =
      names.find((name) => !KNOWN.includes(name)) ??
      names.find((name, place) => names.indexOf(name) !== place) ??
      REQUIRED.find((name) => !url.searchParams.get(name)) ??
      ['state', 'nonce'].find((name) => url.searchParams.get(name).length < 32);
    if (wrong) return refuse(response, wrong);
    // FranceConnect forces both, and forgets who came before: another citizen can be chosen each time.
    url.searchParams.set('prompt', 'login consent');
    request.url = `${url.pathname}${url.search}`;
    delete request.headers.cookie;
    return false;
  };
}

function refuse(response, name) {
  response.writeHead(400, { 'content-type': 'text/html; charset=utf-8' });
  response.end(`<!doctype html><html lang="fr"><title>Y030007</title><h1>Y030007</h1><p>${name.replace(/\W/g, '')}</p></html>`);
  return true;
}
