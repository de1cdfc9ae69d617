import { expect, test } from '../fixtures';

test('logging out leads to the login page', async ({ member }) => {
  await member.open('/');
  await member.logOut();
  await member.expectSignedOut();
  expect((await member.info()).authenticated).toBe(false);
});

test('after logging out, Back shows nothing of the account', async ({ member, user }) => {
  await member.open('/');
  await member.account.open();
  await expect(member.main).toContainText(user.email);
  await member.logOut();
  await member.page.goBack();
  await member.expectPath('/login');
  await expect(member.page.getByText(user.email)).toHaveCount(0);
  await member.expectSignedOut();
});

test('the cookie of an ended session opens nothing', async ({ member, anotherVisitor }) => {
  await member.open('/');
  const cookies = await member.page.context().cookies();
  await member.logOut();

  const thief = await anotherVisitor();
  await thief.page.context().addCookies(cookies);
  expect((await thief.info()).authenticated).toBe(false);
  expect((await thief.peek('/account')).status).toBe(303);
});

test('logging out in one browser leaves the other one signed in', async ({ member, user, anotherVisitor }) => {
  const other = await anotherVisitor();
  await other.signInQuietly(user);
  await member.open('/');
  await member.logOut();
  await other.open('/');
  await other.expectSignedIn(user.name);
});
