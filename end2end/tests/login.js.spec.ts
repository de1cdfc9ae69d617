import { expect, test } from '../fixtures';

test('a password is shown on request but sent as a password', async ({ visitor, user }) => {
  await visitor.login.open();
  await visitor.login.email.fill(user.email);
  await visitor.login.password.fill(user.password);
  await expect(visitor.login.password).toHaveAttribute('type', 'password');
  const show = visitor.main.getByRole('button', { name: /show|hide/i });
  await show.click();
  await expect(visitor.login.password).toHaveAttribute('type', 'text');
  await expect(visitor.login.password).toHaveValue(user.password);
  await show.click();
  await expect(visitor.login.password).toHaveAttribute('type', 'password');
  await visitor.login.button.click();
  await visitor.expectSignedIn(user.name);
});

test('Enter in a field logs in, despite the other button', async ({ visitor, user }) => {
  await visitor.login.open();
  await visitor.login.email.fill(user.email);
  await visitor.login.password.fill(user.password);
  await visitor.login.password.press('Enter');
  await visitor.expectSignedIn(user.name);
});
