import { expect, test } from '../fixtures';

test('allowing creates an account and signs in', async ({ visitor, newcomer }) => {
  await visitor.demoProvider.reach();
  await visitor.demoProvider.allow(newcomer.name, newcomer.email);
  await visitor.expectSignedIn(newcomer.name);
  // Neither code nor state stays in the address bar.
  expect(visitor.page.url()).not.toMatch(/code=|state=/);
  const { user } = await visitor.info();
  expect(user).toMatchObject({ display_name: newcomer.name, provider: 'demo' });
});

test('denying leads back to the login page, which says so', async ({ visitor }) => {
  await visitor.demoProvider.reach();
  await visitor.demoProvider.denyButton.click();
  await visitor.expectPath('/login');
  await expect(visitor.alert).toBeVisible();
  await visitor.expectSignedOut();
});

test('denying does not change the preferences', async ({ visitor }) => {
  await visitor.preferences.save({ theme: 'dark' });
  await visitor.demoProvider.reach();
  await visitor.demoProvider.denyButton.click();
  await visitor.expectPath('/login');
  await visitor.expectTheme('dark');
});

test('a user is recognised at the second login', async ({ visitor, newcomer }) => {
  await visitor.demoProvider.reach();
  await visitor.demoProvider.allow(newcomer.name, newcomer.email);
  await visitor.expectSignedIn(newcomer.name);
  const first = await visitor.info();
  await visitor.logOut();

  await visitor.demoProvider.reach();
  await visitor.demoProvider.allow(newcomer.name, newcomer.email);
  await visitor.expectSignedIn(newcomer.name);
  const second = await visitor.info();
  expect(second.user?.id).toBe(first.user?.id);
  expect(second.session?.handle).not.toBe(first.session?.handle);
});

test('an address that has an account opens nothing', async ({ visitor, user }) => {
  await visitor.demoProvider.reach();
  await visitor.demoProvider.allow('Mallory', user.email);
  await visitor.expectPath('/login');
  await expect(visitor.alert).toBeVisible();
  await visitor.expectSignedOut();
});

test('the session gets a new id', async ({ visitor, newcomer }) => {
  await visitor.preferences.save({ theme: 'dark' });
  const before = await visitor.sessionCookie();
  await visitor.demoProvider.reach();
  await visitor.demoProvider.allow(newcomer.name, newcomer.email);
  await visitor.expectSignedIn(newcomer.name);
  expect(await visitor.sessionCookie()).not.toBe(before);
});

test('opening the address while signed in starts nothing', async ({ member }) => {
  const { status, location } = await member.peek('/auth/demo');
  expect(status).toBe(303);
  expect(location).toBe('/account');
});

test('a callback without a login attempt is refused', async ({ visitor }) => {
  await visitor.page.goto('/auth/demo/callback?code=made-up&state=made-up');
  await visitor.expectPath('/login');
  await expect(visitor.alert).toBeVisible();
  await visitor.expectSignedOut();
});

test('an identity is linked, opens the account, and is unlinked', async ({ member, user }) => {
  await member.account.open();
  await member.account.startLinking('Demo');
  await member.demoProvider.allow('Robin elsewhere', 'elsewhere@example.org');
  await member.expectPath('/account');
  await expect(member.account.button('Unlink Demo')).toBeVisible();
  const { user: linked } = await member.info();

  await member.logOut();
  await member.demoProvider.reach();
  await member.demoProvider.allow('Robin elsewhere', 'elsewhere@example.org');
  await member.expectSignedIn(user.name);
  const { user: back } = await member.info();
  expect(back?.id).toBe(linked?.id);
  expect(back?.provider).toBe('demo');

  await member.account.open();
  await member.account.button('Unlink Demo').click();
  await expect(member.account.button('Link Demo')).toBeVisible();
});

test('the only way to log in cannot be unlinked', async ({ visitor, newcomer, guard }) => {
  await visitor.demoProvider.reach();
  await visitor.demoProvider.allow(newcomer.name, newcomer.email);
  await visitor.expectSignedIn(newcomer.name);
  await visitor.account.open();
  const unlink = visitor.account.button('Unlink Demo');
  if ((await unlink.count()) > 0 && (await unlink.isEnabled())) {
    const answer = visitor.page.waitForResponse((response) => response.request().method() === 'POST');
    await unlink.click();
    // The page comes back at once or by a redirect; CONTRACT.md allows both.
    const status = (await answer).status();
    if (status >= 400) guard.expectDocumentStatus(status);
    await expect(visitor.alert).toBeVisible();
  }
  await visitor.logOut();
  await visitor.demoProvider.reach();
  await visitor.demoProvider.allow(newcomer.name, newcomer.email);
  await visitor.expectSignedIn(newcomer.name);
});
