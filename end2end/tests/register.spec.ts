import { expect, test } from '../fixtures';
import { expectFieldError } from '../pages/field';

test('creating an account signs in', async ({ visitor, newcomer }) => {
  await visitor.open('/');
  await visitor.registerLink.click();
  await visitor.register.submit(newcomer.name, newcomer.email, newcomer.password);
  await visitor.expectSignedIn(newcomer.name);
  const { authenticated, user } = await visitor.info();
  expect(authenticated).toBe(true);
  expect(user).toMatchObject({ email: newcomer.email, display_name: newcomer.name, provider: 'password' });
});

test('a taken address is an error next to the field, and the rest of the input stays', async ({ visitor, user, guard }) => {
  guard.expectDocumentStatus(422);
  await visitor.register.open();
  await visitor.register.submit('Another Name', user.email, 'another long password');
  await expectFieldError(visitor.register.email);
  await expect(visitor.register.name).toHaveValue('Another Name');
  await expect(visitor.register.email).toHaveValue(user.email);
  await expect(visitor.register.password).toHaveValue('');
  await visitor.expectSignedOut();
});

test('a password that is too short is refused next to the field', async ({ visitor, newcomer, guard }) => {
  guard.expectDocumentStatus(422);
  await visitor.register.open();
  await visitor.register.submit(newcomer.name, newcomer.email, 'short');
  await expectFieldError(visitor.register.password);
  await expect(visitor.register.name).toHaveValue(newcomer.name);
  await expect(visitor.register.email).toHaveValue(newcomer.email);
  await expect(visitor.register.password).toHaveValue('');

  // The form works when it is shown again.
  await visitor.register.password.fill(newcomer.password);
  await visitor.register.button.click();
  await visitor.expectSignedIn(newcomer.name);
});

test('an empty form names everything that is missing', async ({ visitor, guard }) => {
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

test('a user who is already signed in is redirected', async ({ member, user }) => {
  await member.page.goto('/register');
  await expect(member.page).not.toHaveURL(/register/);
  await member.ready();
  await member.expectSignedIn(user.name);
});
