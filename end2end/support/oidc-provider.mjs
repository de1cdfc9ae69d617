// An OpenID provider that shares no code with the application: the npm package `oidc-provider` with a login page that
// believes everyone. It listens on localhost only. Its settings come from the environment, see support/oidc.ts.
import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';

import { Provider } from 'oidc-provider';

const { ISSUER, PORT, CLIENT_ID, CLIENT_SECRET, REDIRECT_URI, ALGORITHM } = process.env;

/** subject → claims, as entered on the login page. */
const people = new Map();

function signingKeys() {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' });
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });
  return [
    { ...rsa, kid: 'rsa', alg: 'RS256', use: 'sig' },
    { ...ec, kid: 'ec', alg: 'ES256', use: 'sig' },
  ];
}

const provider = new Provider(ISSUER, {
  clients: [
    {
      client_id: CLIENT_ID,
      client_secret: CLIENT_SECRET,
      redirect_uris: [REDIRECT_URI],
      grant_types: ['authorization_code'],
      response_types: ['code'],
      token_endpoint_auth_method: 'client_secret_basic',
      id_token_signed_response_alg: ALGORITHM,
    },
  ],
  clientDefaults: { require_auth_time: false },
  claims: {
    openid: ['sub'],
    email: ['email', 'email_verified'],
    profile: ['name'],
  },
  cookies: { keys: ['only-for-these-tests'] },
  features: { devInteractions: { enabled: false } },
  interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
  jwks: { keys: signingKeys() },
  pkce: { required: () => true },
  ttl: { AccessToken: 60, AuthorizationCode: 60, Grant: 600, IdToken: 60, Interaction: 600, Session: 600 },
  findAccount: (_context, subject) => ({
    accountId: subject,
    claims: () => ({ sub: subject, ...people.get(subject) }),
  }),
});

const LOGIN_PAGE = `<!doctype html>
<html lang="en">
<title>Local provider</title>
<h1>Who are you?</h1>
<form method="post">
  <label>Subject <input name="subject" required></label>
  <label>Name <input name="name" required></label>
  <label>Email <input name="email" type="email" required></label>
  <label><input name="verified" type="checkbox" checked> Email is verified</label>
  <button name="answer" value="allow">Allow</button>
  <button name="answer" value="deny" formnovalidate>Deny</button>
</form>`;

async function body(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return new URLSearchParams(Buffer.concat(chunks).toString());
}

/** Grants every scope that was asked for. */
async function grant(details, accountId) {
  const granted = new provider.Grant({ accountId, clientId: details.params.client_id });
  granted.addOIDCScope(details.params.scope);
  return granted.save();
}

async function interact(request, response) {
  if (request.method === 'GET') {
    await provider.interactionDetails(request, response);
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' });
    response.end(LOGIN_PAGE);
    return;
  }
  const details = await provider.interactionDetails(request, response);
  const form = await body(request);
  if (form.get('answer') !== 'allow') {
    const refusal = { error: 'access_denied', error_description: 'The user refused.' };
    await provider.interactionFinished(request, response, refusal, { mergeWithLastSubmission: false });
    return;
  }
  const accountId = form.get('subject');
  people.set(accountId, {
    name: form.get('name'),
    email: form.get('email'),
    email_verified: form.has('verified'),
  });
  const result = { login: { accountId, remember: false }, consent: { grantId: await grant(details, accountId) } };
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}

const protocol = provider.callback();

createServer((request, response) => {
  if (request.url === '/favicon.ico') {
    response.writeHead(204).end();
  } else if (request.url?.startsWith('/interaction/')) {
    interact(request, response).catch((error) => {
      console.error(error);
      response.writeHead(500).end('interaction failed');
    });
  } else {
    protocol(request, response);
  }
}).listen(Number(PORT), 'localhost');
