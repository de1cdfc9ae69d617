import { expect, test } from '../fixtures';
import { expectFieldError } from '../pages/field';

test('a newcomer creates an account and is signed in', async ({ visitor, newcomer }) => {
  await visitor.open('/');
  await visitor.registerLink.click();
  await visitor.register.submit(newcomer.name, newcomer.email, newcomer.password);
  await visitor.expectSignedIn(newcomer.name);
  const { authenticated, user } = await visitor.info();
  expect(authenticated).toBe(true);
  expect(user).toMatchObject({ email: newcomer.email, display_name: newcomer.name, provider: 'password' });
});

test('a taken address is an error beside the field, and the rest of the input stays', async ({ visitor, user, guard }) => {
  guard.expectDocumentStatus(422);
  await visitor.register.open();
  await visitor.register.submit('Somebody Else', user.email, 'another long password');
  await expectFieldError(visitor.register.email);
  await expect(visitor.register.name).toHaveValue('Somebody Else');
  await expect(visitor.register.email).toHaveValue(user.email);
  await expect(visitor.register.password).toHaveValue('');
  await visitor.expectSignedOut();
});

test('a password that is too short is refused beside the field', async ({ visitor, newcomer, guard }) => {
  guard.expectDocumentStatus(422);
  await visitor.register.open();
  await visitor.register.submit(newcomer.name, newcomer.email, 'short');
  await expectFieldError(visitor.register.password);
  await expect(visitor.register.name).toHaveValue(newcomer.name);
  await expect(visitor.register.email).toHaveValue(newcomer.email);
  await expect(visitor.register.password).toHaveValue('');

  // The form that came back works.
  await visitor.register.password.fill(newcomer.password);
  await visitor.register.button.click();
  await visitor.expectSignedIn(newcomer.name);
});

test('an empty form says what is missing, field by field', async ({ visitor, guard }) => {
  guard.expectDocumentStatus(422);
  await visitor.register.open();
  await visitor.register.button.click();
  await expectFieldError(visitor.register.name);
  await expectFieldError(visitor.register.email);
  await expectFieldError(visitor.register.password);
});

test('markup in a name is text', async ({ visitor, newcomer }) => {
  const name = '<b>Robin</b> & "Co"';
  await visitor.register.open();
  await visitor.register.submit(name, newcomer.email, newcomer.password);
  await visitor.expectSignedIn(name);
});

test('who is signed in already is sent on', async ({ member, user }) => {
  await member.page.goto('/register');
  await expect(member.page).not.toHaveURL(/register/);
  await member.ready();
  await member.expectSignedIn(user.name);
});
