// What makes the engine answer as FranceConnect's low platform does.

const PIVOT = ['given_name', 'given_name_array', 'family_name', 'birthdate', 'gender', 'birthplace', 'birthcountry'];

export function configuration({ client, keys, citizens, cookieKey }) {
  const bySub = new Map(Object.values(citizens).map((citizen) => [citizen.sub, citizen.traits]));
  return {
    clients: [client],
    jwks: { keys },
    routes: {
      authorization: '/authorize',
      token: '/token',
      userinfo: '/userinfo',
      jwks: '/jwks',
      end_session: '/session/end',
      revocation: '/token/revocation',
    },
    scopes: ['openid'],
    claims: {
      openid: ['sub'],
      profile: [...PIVOT.slice(0, 5), 'preferred_username'],
      birth: ['birthplace', 'birthcountry'],
      identite_pivot: PIVOT,
      preferred_username: ['preferred_username'],
      email: ['email'],
      idp_birthdate: ['idp_birthdate'],
      acr: null,
      auth_time: null,
      iss: null,
      sid: null,
    },
    subjectTypes: ['pairwise'],
    pairwiseIdentifier: async (context, accountId) => accountId,
    findAccount: async (context, id) => {
      const traits = bySub.get(id);
      return traits && { accountId: id, claims: async () => ({ sub: id, ...traits }) };
    },
    acrValues: ['eidas1'],
    responseTypes: ['code'],
    clientAuthMethods: ['client_secret_post', 'private_key_jwt'],
    enabledJWA: {
      idTokenSigningAlgValues: ['ES256', 'RS256', 'HS256'],
      userinfoSigningAlgValues: ['ES256', 'RS256', 'HS256'],
    },
    pkce: { required: () => false },
    features: {
      devInteractions: { enabled: false },
      jwtUserinfo: { enabled: true },
      claimsParameter: { enabled: true },
      revocation: { enabled: true },
      resourceIndicators: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      rpInitiatedLogout: { enabled: true, logoutSource: confirmLogout },
    },
    ttl: { AuthorizationCode: 30, AccessToken: 60, IdToken: 60, Session: 1800, Interaction: 1800, Grant: 3600 },
    interactions: { url: (context, interaction) => `/api/v2/interaction/${interaction.uid}` },
    cookies: { keys: [cookieKey] },
    renderError: async (context, out) => {
      context.type = 'html';
      context.body = `<!doctype html><html lang="fr"><title>Erreur</title><h1>Erreur</h1><p>${escaped(out.error)}</p></html>`;
    },
  };
}

// A page with one button: no script, and a test can press it.
async function confirmLogout(context, form) {
  const button = '<button autofocus name="logout" value="yes" form="op.logoutForm">Se déconnecter</button>';
  context.body = `<!doctype html><html lang="fr"><title>Déconnexion</title><h1>Déconnexion</h1>${form}${button}</html>`;
}

export function escaped(text) {
  return String(text).replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
