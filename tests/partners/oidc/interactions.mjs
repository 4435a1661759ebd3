// One click on a citizen is login and consent; "retour" is how FranceConnect says that the user went back.
import { escaped } from './configuration.mjs';

export function interactions(prefix, provider, citizens) {
  return async (request, response) => {
    const match = request.url.match(new RegExp(`^${prefix}/interaction/[\\w-]+$`));
    if (!match) return false;
    if (request.method === 'GET') return choice(response, request.url, citizens);
    const form = new URLSearchParams(await text(request));
    await answer(provider, request, response, citizens[form.get('person')]);
    return true;
  };
}

function choice(response, action, citizens) {
  const buttons = Object.entries(citizens)
    .map(([key, { traits }]) => `<p><button name="person" value="${key}">${escaped(traits.given_name)} ${escaped(traits.family_name)}</button></p>`)
    .join('');
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
  response.end(`<!doctype html><html lang="fr"><meta name="viewport" content="width=device-width"><title>Fournisseur d’essai</title>
<h1>Fournisseur d’essai – données fictives</h1><form method="post" action="${escaped(action)}">${buttons}<p><button>Retour</button></p></form></html>`);
  return true;
}

async function answer(provider, request, response, citizen) {
  const { params } = await provider.interactionDetails(request, response);
  if (!citizen) {
    const refused = { error: 'access_denied', error_description: 'user authentication aborted' };
    return provider.interactionFinished(request, response, refused, { mergeWithLastSubmission: false });
  }
  const grant = new provider.Grant({ accountId: citizen.sub, clientId: params.client_id });
  grant.addOIDCScope(params.scope);
  const result = {
    login: { accountId: citizen.sub, acr: 'eidas1', amr: ['pwd'], remember: false, ts: Math.floor(Date.now() / 1000) },
    consent: { grantId: await grant.save() },
  };
  return provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}

async function text(request) {
  let body = '';
  for await (const chunk of request) body += chunk;
  return body;
}
