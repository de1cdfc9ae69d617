import { readFile } from 'node:fs/promises';

import { expect, test } from '../fixtures';
import { expectFieldError } from '../pages/field';

test('changing the password signs out the other browsers but not this one', async ({ member, user, anotherVisitor, guard }) => {
  const other = await anotherVisitor();
  await other.signInQuietly(user);
  const before = await member.sessionCookie();
  await member.account.open();
  await member.account.changePassword(user.password, 'a brand new password 1');
  await expect(member.status).toBeVisible();
  await member.expectSignedIn(user.name);
  expect(await member.sessionCookie(), 'the session has a new id').not.toBe(before);

  await other.open('/account');
  await other.expectPath('/login');
  await other.login.expectReason('ended');

  guard.expectDocumentStatus(422);
  await other.login.submit(user.email, user.password);
  await other.login.expectRefused(user.email);
  await other.login.submit(user.email, 'a brand new password 1');
  await other.expectSignedIn(user.name);
});

test('a wrong current password changes nothing', async ({ member, user, guard, anotherVisitor }) => {
  guard.expectDocumentStatus(422);
  await member.account.open();
  await member.account.changePassword('not the password', 'a brand new password 1');
  await expectFieldError(member.account.currentPassword);
  await expect(member.account.currentPassword).toHaveValue('');
  await expect(member.account.newPassword).toHaveValue('');
  const other = await anotherVisitor();
  await other.signIn(user);
});

test('a new password that is too short is refused next to its field', async ({ member, user, guard }) => {
  guard.expectDocumentStatus(422);
  await member.account.open();
  await member.account.changePassword(user.password, 'short');
  await expectFieldError(member.account.newPassword);
});

test('users can export their data', async ({ member, user, page }) => {
  await member.preferences.save({ theme: 'dark' });
  await member.account.open();
  const downloading = page.waitForEvent('download');
  await member.account.button('Export my data').click();
  const download = await downloading;
  expect(download.suggestedFilename()).toMatch(/\.json$/);
  const text = await readFile(await download.path(), 'utf8');
  expect(() => JSON.parse(text)).not.toThrow();
  expect(text).toContain(user.email);
  expect(text).toContain('dark');
  expect(text, 'no password, hashed or not').not.toMatch(/argon2|password_hash/);
});

test('deleting an account takes typing its address', async ({ member, user, guard }) => {
  await member.account.open();
  guard.expectDocumentStatus(422);
  await member.account.deleteAccount('somebody@example.com');
  await expectFieldError(member.account.confirmation);
  await expect(member.account.confirmation).toHaveValue('somebody@example.com');
  await member.expectSignedIn(user.name);

  await member.account.deleteAccount(user.email);
  await member.expectPath('/');
  await member.expectSignedOut();

  guard.expectDocumentStatus(422);
  await member.login.open();
  await member.login.submit(user.email, user.password);
  await member.login.expectRefused(user.email);
});

test('deleting an account ends its sessions in every browser', async ({ member, user, anotherVisitor }) => {
  const other = await anotherVisitor();
  await other.signInQuietly(user);
  await member.account.open();
  await member.account.deleteAccount(user.email);
  await member.expectPath('/');
  await other.open('/account');
  await other.expectPath('/login');
});

test('a new sign-in is marked until its owner has seen it', async ({ member, user, anotherVisitor }) => {
  await (await anotherVisitor()).signInQuietly(user);
  await member.account.open();
  const activity = member.main.getByRole('table').getByRole('row');
  const marked = activity.filter({ has: member.page.getByText('New', { exact: true }) });
  await expect(marked).not.toHaveCount(0);
  await member.main.getByRole('link', { name: /new sign-in/ }).click();
  await member.account.button('Mark as seen').click();
  await expect(member.status).toHaveText('Marked as seen.');
  await expect(activity).not.toHaveCount(0);
  await expect(marked).toHaveCount(0);
  await expect(member.account.button('Mark as seen')).toHaveCount(0);
});

test('the owner sees failed logins', async ({ visitor, user, guard }) => {
  guard.expectDocumentStatus(422);
  await visitor.login.open();
  await visitor.login.submit(user.email, 'not the password');
  await visitor.login.expectRefused(user.email);
  await visitor.signIn(user);
  await visitor.account.open();
  const activity = visitor.main.getByRole('table').getByRole('row');
  await expect(activity.filter({ hasText: /fail/i })).toHaveCount(1);
});
