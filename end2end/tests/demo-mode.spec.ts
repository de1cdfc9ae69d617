// A public demonstration: everybody has an account of their own.
import { expect, test } from '../fixtures';

test.use({ serverKind: 'demo' });

test('two visitors do not see each other', async ({ visitor, anotherVisitor }) => {
  const other = await anotherVisitor();
  const mine = await visitor.useDemoAccount();
  const theirs = await other.useDemoAccount();
  expect(theirs.email).not.toBe(mine.email);
  expect(theirs.password).not.toBe(mine.password);

  await other.session.open();
  await expect(other.session.sessions).toHaveCount(1);
  await other.session.logOutEverywhere.click();
  await other.expectPath('/login');
  await visitor.session.open();
  await expect(visitor.session.thisDevice).toHaveCount(1);
  await expect(visitor.session.others).toHaveCount(0);
});

test('the same person logs in in a second browser and ends the first from there', async ({ visitor, anotherVisitor }) => {
  const login = await visitor.useDemoAccount();
  const phone = await anotherVisitor();
  await phone.signIn(login);
  await phone.session.open();
  await phone.session.endTheOther();
  await expect(phone.session.sessions).toHaveCount(1);
  // With JavaScript its page leaves by itself.
  if (!visitor.hydrates) await visitor.page.goto('/account');
  await visitor.expectPath('/login');
  await visitor.login.expectReason('ended');
});

test('the password of a demo account can be changed', async ({ visitor, anotherVisitor }) => {
  const login = await visitor.useDemoAccount();
  // slim: trainer
  await visitor.page.goto('/history');
  expect(await visitor.main.getByRole('listitem').count()).toBeGreaterThan(10);
  // slim: end
  await visitor.account.open();
  await visitor.account.changePassword(login.password, 'a brand new password 1');
  await expect(visitor.status.filter({ hasText: 'Password changed' })).toBeVisible();
  await expect(visitor.main).not.toContainText(login.password);
  await (await anotherVisitor()).signIn({ ...login, password: 'a brand new password 1' });
});

test('a demo account can be deleted', async ({ visitor }) => {
  const login = await visitor.useDemoAccount();
  await visitor.account.deleteAccount(login.email);
  await visitor.expectPath('/');
  await visitor.expectSignedOut();
});

test('other accounts can be deleted as usual', async ({ member, user }) => {
  await member.account.open();
  await member.account.deleteAccount(user.email);
  await member.expectPath('/');
  await member.expectSignedOut();
});
