import { expect, test } from '../fixtures';

const RFC3339_UTC = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/;

test('without a session the page says that nothing is stored', async ({ visitor, page }) => {
  await visitor.session.open();
  await expect(visitor.main).toContainText(/nothing/i);
  const info = await visitor.info();
  expect(info).toMatchObject({ authenticated: false, user: null, session: null });
  expect(info.preferences.updated_at).toBeNull();
  expect(await page.context().cookies()).toEqual([]);
});

test('an anonymous session is explained', async ({ visitor, app }) => {
  await visitor.preferences.save({ theme: 'dark' });
  await visitor.session.open();
  const info = await visitor.info();
  expect(info).toMatchObject({ authenticated: false, user: null });
  expect(info.session).toMatchObject({ login_time: null, idle_expires_at: null, absolute_expires_at: null, store: app.store });
  expect(info.preferences.theme).toBe('dark');
  expect(info.preferences.updated_at).toMatch(RFC3339_UTC);
});

test('a signed-in session is explained: what it holds, when it expires and why, and its cookie', async ({ member, user, app }) => {
  await member.session.open();
  for (const fact of ['HttpOnly', 'SameSite', 'Max-Age', 'sessionId', app.store, '127.0.0.1', '30 minutes', '12 hours', '24 hours']) {
    await expect(member.main, fact).toContainText(fact);
  }
  const info = await member.info();
  expect(info.authenticated).toBe(true);
  expect(info.user).toMatchObject({ email: user.email, display_name: user.name, provider: 'password' });
  expect(info.session).toMatchObject({ store: app.store, ip_address: '127.0.0.1' });
  for (const time of ['login_time', 'last_activity', 'idle_expires_at', 'absolute_expires_at'] as const) {
    expect(info.session?.[time], time).toMatch(RFC3339_UTC);
  }
  await expect(member.main).toContainText(info.session?.handle ?? 'no handle');
});

test('the secret id appears in no page and no JSON', async ({ member }) => {
  const cookie = await member.sessionCookie();
  expect(cookie).toBeDefined();
  // The first part of the value is the id; then come the time when it was issued and the signature.
  const secrets = decodeURIComponent(cookie ?? '').split(/[.~|:]/).filter((part) => part.length >= 16);
  expect(secrets.length).toBeGreaterThan(0);
  for (const path of ['/', '/session', '/account', '/session-info', '/sessions', '/preferences']) {
    const { body } = await member.peek(path);
    for (const secret of secrets) expect(body.includes(secret), path).toBe(false);
  }
});

test('the list shows every session and marks this one', async ({ member, user, anotherVisitor }) => {
  const other = await anotherVisitor();
  await other.signInQuietly(user);
  await member.session.open();
  await expect(member.session.sessions).toHaveCount(2);
  await expect(member.session.thisDevice).toHaveCount(1);
  await expect(member.session.sessions.first()).toContainText('This device');
  await expect(member.session.others).toContainText(/Chrom/);

  const answer = await member.page.request.get('/sessions');
  const list = (await answer.json()) as { handle: string; current: boolean; provider: string }[];
  expect(list).toHaveLength(2);
  expect(list.filter(({ current }) => current)).toHaveLength(1);
  expect(answer.headers()['x-total-count']).toBe('2');
});

test('the list is only for signed-in users', async ({ visitor }) => {
  const answer = await visitor.page.request.get('/sessions', { headers: { Accept: 'application/json' } });
  expect(answer.status()).toBe(401);
  expect(await answer.json()).toMatchObject({ error: 'unauthenticated' });
});

test('ending another session tells its browser why', async ({ member, user, anotherVisitor }) => {
  const other = await anotherVisitor();
  await other.signInQuietly(user);
  await member.session.open();
  await member.session.endTheOther();
  await expect(member.session.sessions).toHaveCount(1);
  await member.expectSignedIn(user.name);

  await other.open('/account');
  await other.expectPath('/login');
  expect(new URL(other.page.url()).searchParams.get('ended')).toBe('true');
  await other.login.expectReason('ended');
  await other.expectSignedOut();

  // Logging in leads back to the page it asked for.
  await other.login.submit(user.email, user.password);
  await other.expectPath('/account');
});

test('a session that has already ended cannot be ended again', async ({ member, user, anotherVisitor, guard }) => {
  const other = await anotherVisitor();
  await other.signInQuietly(user);
  await member.session.open();
  await other.open('/');
  await other.logOut();

  const answer = member.page.waitForResponse((response) => response.request().method() === 'POST');
  // Back to /session, at once or by a redirect; CONTRACT.md allows both.
  if ((await Promise.all([answer, member.session.endTheOther()]))[0].status() === 404) guard.expectDocumentStatus(404);
  await expect(member.alert).toBeVisible();
  await expect(member.session.heading).toBeVisible();
  await member.expectSignedIn(user.name);
});

test('logging out all others leaves this one signed in', async ({ member, user, anotherVisitor }) => {
  const others = [await anotherVisitor(), await anotherVisitor()];
  for (const other of others) await other.signInQuietly(user);
  await member.session.open();
  await expect(member.session.sessions).toHaveCount(3);
  await member.session.endOthers.click();
  await expect(member.session.sessions).toHaveCount(1);
  await member.expectSignedIn(user.name);
  for (const other of others) {
    await other.open('/account');
    await other.expectPath('/login');
    await other.login.expectReason('ended');
  }
});

test('logging out everywhere signs out both browsers', async ({ member, user, anotherVisitor }) => {
  const other = await anotherVisitor();
  await other.signIn(user);
  await member.session.open();
  await member.session.logOutEverywhere.click();
  await member.expectPath('/login');
  await member.expectSignedOut();
  expect((await member.info()).authenticated).toBe(false);

  // With JavaScript its page leaves by itself.
  if (!other.hydrates) await other.open('/account');
  await other.expectPath('/login');
  await other.login.expectReason('ended');
  await other.expectSignedOut();
  expect((await other.info()).authenticated).toBe(false);
});

test('no user can end the session of another account', async ({ member, anotherVisitor, newcomer, app }) => {
  await app.register(newcomer);
  const other = await anotherVisitor();
  await other.signInQuietly(newcomer);
  const handle = (await other.info()).session?.handle ?? '';

  // The form for ending a session of one's own, with the handle of someone else's session.
  await member.session.open();
  const token = await member.main.locator('input[name=csrf_token]').first().inputValue();
  const answer = await member.page.request.post('/api/sessions/end', {
    form: { handle, csrf_token: token },
    headers: { Accept: 'application/json', Origin: app.url },
  });
  expect(answer.status()).toBe(404);
  expect((await other.info()).authenticated).toBe(true);
});
