import { expect, test } from '../fixtures';
import { expectFieldError } from '../pages/field';

// A login counts as fresh for one second.
test.use({ serverKind: 'stale' });

const STALE_MS = 1_200;

test('before a password changes, an old login is renewed by password', async ({ member, user, page, guard }) => {
  await member.account.open();
  await page.waitForTimeout(STALE_MS);
  await member.account.changePassword(user.password, 'a brand new password 1');
  await member.expectPath('/account/confirm');

  guard.expectDocumentStatus(422);
  await member.confirm.submit('not the password');
  await expectFieldError(member.confirm.password);

  const before = await member.sessionCookie();
  await member.confirm.submit(user.password);
  await member.expectPath('/account');
  expect(await member.sessionCookie(), 'the session has a new id').not.toBe(before);
  await member.expectSignedIn(user.name);
});

test('before an account is deleted, an old login is renewed', async ({ member, user, page }) => {
  await member.account.open();
  await page.waitForTimeout(STALE_MS);
  await member.account.deleteAccount(user.email);
  await member.expectPath('/account/confirm');
  expect((await member.info()).authenticated).toBe(true);
});

test('before an identity is linked, an old login is renewed', async ({ member, page }) => {
  await member.account.open();
  await page.waitForTimeout(STALE_MS);
  await member.account.button('Link Demo').click();
  await member.expectPath('/account/confirm');
});

test('who has no password renews the login over the provider', async ({ visitor, newcomer, page }) => {
  await visitor.demoProvider.reach();
  await visitor.demoProvider.allow(newcomer.name, newcomer.email);
  await visitor.expectSignedIn(newcomer.name);
  const before = await visitor.sessionCookie();
  await page.waitForTimeout(STALE_MS);
  await visitor.open('/account/confirm?return_to=%2Faccount');
  await expect(visitor.confirm.password).toHaveCount(0);
  await visitor.confirm.provider('Demo').click();
  await visitor.demoProvider.allow(newcomer.name, newcomer.email);
  await visitor.expectPath('/account');
  await visitor.expectSignedIn(newcomer.name);
  expect(await visitor.sessionCookie(), 'the session has a new id').not.toBe(before);
});
