import { expect, test } from '../fixtures';

test('a user logs in', async ({ visitor, user }) => {
  await visitor.open('/');
  await visitor.loginLink.click();
  await visitor.login.submit(user.email, user.password);
  await visitor.expectSignedIn(user.name);
  expect((await visitor.info()).user?.email).toBe(user.email);
});

test('the keyboard is enough', async ({ visitor, user, page }) => {
  await visitor.login.open();
  await visitor.login.email.focus();
  await page.keyboard.type(user.email);
  await visitor.login.password.focus();
  await page.keyboard.type(user.password);
  await page.keyboard.press('Enter');
  await visitor.expectSignedIn(user.name);
});

test('a wrong password is refused; the form keeps the address but not the password', async ({ visitor, user, guard }) => {
  guard.expectDocumentStatus(422);
  await visitor.login.open();
  await visitor.login.submit(user.email, 'not the password');
  await visitor.login.expectRefused(user.email);

  // The form works when it is shown again.
  await visitor.login.password.fill(user.password);
  await visitor.login.button.click();
  await visitor.expectSignedIn(user.name);
});

test('an unknown account is refused in the same words', async ({ visitor, newcomer, guard }) => {
  guard.expectDocumentStatus(422);
  await visitor.login.open();
  await visitor.login.submit(newcomer.email, newcomer.password);
  await visitor.login.expectRefused(newcomer.email);
});

test.describe('with a provider', () => {
  test.use({ serverKind: 'oidc' });

  test('an account without a password is refused in the same words', async ({ visitor, newcomer, anotherVisitor, guard }) => {
    await visitor.provider.reach();
    await visitor.provider.introduce(newcomer);
    await visitor.expectSignedIn(newcomer.name);

    guard.expectDocumentStatus(422);
    const other = await anotherVisitor();
    await other.login.open();
    await other.login.submit(newcomer.email, newcomer.password);
    await other.login.expectRefused(newcomer.email);
  });
});

test('the page explains what is wrong with an empty form, not the browser', async ({ visitor, guard }) => {
  guard.expectDocumentStatus(422);
  await visitor.login.open();
  await visitor.login.button.click();
  await expect(visitor.alert).toBeVisible();
  await visitor.expectSignedOut();
});

test('the login page says how to try the application without an account', async ({ visitor }) => {
  await visitor.login.open();
  await expect(visitor.main).toContainText('demo@example.com');
  await expect(visitor.main).toContainText('workout-demo');
  await visitor.login.submit('demo@example.com', 'workout-demo');
  await expect(visitor.logOutButton).toBeVisible();
});

test('the session gets a new id at login', async ({ visitor, user }) => {
  await visitor.preferences.save({ theme: 'dark' });
  const before = await visitor.sessionCookie();
  expect(before).toBeDefined();
  await visitor.signIn(user);
  const after = await visitor.sessionCookie();
  expect(after).toBeDefined();
  expect(after).not.toBe(before);
});

test('a user who is already signed in is redirected', async ({ member, user }) => {
  await member.page.goto('/login');
  await expect(member.page).not.toHaveURL(/login/);
  await member.ready();
  await member.expectSignedIn(user.name);
});
