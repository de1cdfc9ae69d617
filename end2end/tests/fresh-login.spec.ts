import { expect, test } from '../fixtures';
import { expectFieldError } from '../pages/field';
import { OIDC_LABEL } from '../support/server';

// No login is ever fresh enough here, so there is nothing to wait for.
test.use({ serverKind: 'stale' });

test('before a password changes, an old login is renewed by password', async ({ member, user, guard }) => {
  await member.account.open();
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

test('before an account is deleted, an old login is renewed', async ({ member, user }) => {
  await member.account.open();
  await member.account.deleteAccount(user.email);
  await member.expectPath('/account/confirm');
  expect((await member.info()).authenticated).toBe(true);
});

test('before an identity is linked, an old login is renewed', async ({ member }) => {
  await member.account.open();
  await member.account.button(`Link ${OIDC_LABEL}`).click();
  await member.expectPath('/account/confirm');
});

test('a user without a password renews the login at the provider', async ({ visitor, newcomer }) => {
  await visitor.provider.reach();
  await visitor.provider.introduce(newcomer);
  await visitor.expectSignedIn(newcomer.name);
  const before = await visitor.sessionCookie();
  await visitor.open('/account/confirm?return_to=%2Faccount');
  await expect(visitor.confirm.password).toHaveCount(0);
  await visitor.confirm.provider(OIDC_LABEL).click();
  await visitor.provider.introduce(newcomer);
  await visitor.expectPath('/account');
  await visitor.expectSignedIn(newcomer.name);
  expect(await visitor.sessionCookie(), 'the session has a new id').not.toBe(before);
});
