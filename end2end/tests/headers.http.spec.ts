// Plain HTTP, without opening a page: scripts have no part in it, so JavaScript on or off makes no difference.
import { expect, test } from '../fixtures';
import { PUBLIC, SIGNED_IN } from '../support/routes';

/** directive → its sources */
function directives(policy: string): Map<string, string[]> {
  return new Map(
    policy.split(';').map((directive) => {
      const [name = '', ...sources] = directive.trim().split(/\s+/);
      return [name, sources] as const;
    }),
  );
}

for (const path of [...PUBLIC, ...SIGNED_IN, '/no/such/page']) {
  test(`${path} has a strict policy and a new nonce, which appears only in nonce attributes`, async ({ member }) => {
    const visitorOnly = path === '/login' || path === '/register';
    if (visitorOnly) await member.page.context().clearCookies();
    const { headers, body } = await member.peek(path);
    const policy = headers['content-security-policy'] ?? '';
    expect(policy).not.toMatch(/unsafe-inline|'unsafe-eval'|strict-dynamic|\*/);
    const allowed = directives(policy);
    expect(allowed.get('default-src')).toEqual(["'none'"]);
    expect(allowed.get('base-uri')).toEqual(["'none'"]);
    expect(allowed.get('frame-ancestors')).toEqual(["'none'"]);
    expect(allowed.get('form-action')).toEqual(["'self'"]);

    const announced = /'nonce-([^']+)'/.exec(policy)?.[1];
    const used = [...body.matchAll(/ nonce="?([^"\s>]+)/g)].map(([, nonce]) => nonce);
    for (const nonce of used) expect(nonce).toBe(announced);
    // Nothing inline without the nonce, and no inline styles or event handlers at all.
    expect(body).not.toMatch(/<script(?![^>]*(?: src=| nonce=))[^>]*>/);
    expect(body).not.toMatch(/ style=| on[a-z]+=/);
    const elsewhere = announced === undefined ? 0 : body.split(announced).length - 1 - used.length;
    expect(elsewhere, 'places with the nonce other than nonce attributes').toBe(0);

    const again = (await member.peek(path)).headers['content-security-policy'] ?? '';
    const next = /'nonce-([^']+)'/.exec(again)?.[1];
    if (announced !== undefined) expect(next).not.toBe(announced);

    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['referrer-policy']).toBeTruthy();
    expect(headers['cross-origin-opener-policy']).toBe('same-origin');
    expect(headers['cache-control'], 'pages with a session are not cached').toMatch(/no-store|private/);
  });
}

test('answers that are not pages have the strictest policy and no sniffing', async ({ member }) => {
  for (const path of ['/session-info', '/sessions', '/healthz']) {
    const { headers } = await member.peek(path);
    expect(headers['content-security-policy'] ?? '', path).toContain("default-src 'none'");
    expect(headers['x-content-type-options'], path).toBe('nosniff');
  }
});

test('the bundle is content-hashed, compressed and cached for ever', async ({ visitor }) => {
  const { body } = await visitor.peek('/preferences');
  const assets = [...body.matchAll(/\/pkg\/[\w.-]+\.(?:css|js|wasm)/g)].map(([path]) => path);
  expect(assets.length).toBeGreaterThan(2);
  for (const path of new Set(assets)) {
    const answer = await visitor.page.request.get(path, { headers: { 'Accept-Encoding': 'br' } });
    expect(answer.status(), path).toBe(200);
    expect(answer.headers()['cache-control'], path).toMatch(/immutable/);
    expect(answer.headers()['content-encoding'], path).toBe('br');
    expect(answer.headers()['set-cookie'], path).toBeUndefined();
  }
});

test('scripts cannot read our cookies, and other sites do not send them', async ({ member }) => {
  const cookies = await member.page.context().cookies();
  const day = 24 * 60 * 60;
  for (const [name, days] of [['sessionId', 1], ['device', 180]] as const) {
    const cookie = cookies.find((one) => one.name === name);
    expect(cookie, name).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/', secure: false });
    expect(Math.abs((cookie?.expires ?? 0) - Date.now() / 1000 - days * day), name).toBeLessThan(120);
  }
});
