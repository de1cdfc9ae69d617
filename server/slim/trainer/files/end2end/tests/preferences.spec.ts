import { expect, test } from '../fixtures';

const MINE = { theme: 'dark' } as const;

test('a visitor without an account saves preferences, and they survive a reload', async ({ visitor, page }) => {
  await visitor.preferences.save(MINE);
  await visitor.preferences.expectChoices(MINE);
  await visitor.preferences.open();
  await visitor.preferences.expectChoices(MINE);
  await page.reload();
  await visitor.ready();
  await visitor.preferences.expectChoices(MINE);
  expect((await visitor.info()).preferences).toMatchObject(MINE);
});

test('"Preferences saved." is shown once', async ({ visitor }) => {
  await visitor.preferences.save(MINE);
  await visitor.preferences.open();
  await expect(visitor.status.filter({ hasText: 'Preferences saved.' })).toHaveCount(0);
});

for (const theme of ['light', 'dark', 'system'] as const) {
  test(`the theme ${theme} is set from the first byte`, async ({ visitor }) => {
    await visitor.open('/');
    await visitor.expectTheme('system');
    await visitor.preferences.save({ theme });
    for (const path of ['/', '/login', '/session']) {
      expect((await visitor.peek(path)).body, path).toMatch(new RegExp(`<html[^>]* data-theme="?${theme}\\b`));
    }
    await visitor.open('/');
    await visitor.expectTheme(theme);
  });
}

test('logging in keeps the preferences of the visitor', async ({ visitor, user }) => {
  await visitor.preferences.save(MINE);
  await visitor.signIn(user);
  await visitor.expectTheme('dark');
  await visitor.preferences.open();
  await visitor.preferences.expectChoices(MINE);
});

test('registering keeps the preferences of the visitor', async ({ visitor, newcomer }) => {
  await visitor.preferences.save(MINE);
  await visitor.register.open();
  await visitor.register.submit(newcomer.name, newcomer.email, newcomer.password);
  await visitor.expectSignedIn(newcomer.name);
  await visitor.preferences.open();
  await visitor.preferences.expectChoices(MINE);
});

test.describe('with a provider', () => {
  test.use({ serverKind: 'oidc' });

  test('logging in with a provider keeps the preferences of the visitor', async ({ visitor, newcomer }) => {
    await visitor.preferences.save(MINE);
    await visitor.provider.reach();
    await visitor.provider.introduce(newcomer);
    await visitor.expectSignedIn(newcomer.name);
    await visitor.preferences.open();
    await visitor.preferences.expectChoices(MINE);
  });
});

test('preferences saved while signed in appear in the next browser', async ({ member, user, anotherVisitor }) => {
  await member.preferences.save(MINE);
  const other = await anotherVisitor();
  await other.open('/');
  await other.expectTheme('system');
  await other.signIn(user);
  await other.expectTheme('dark');
  await other.preferences.open();
  await other.preferences.expectChoices(MINE);
});

test('at login the newer preferences win: those of the visitor', async ({ member, user, anotherVisitor }) => {
  await member.preferences.save({ theme: 'light' });
  const other = await anotherVisitor();
  await other.preferences.save({ theme: 'dark' });
  await other.signIn(user);
  await other.preferences.open();
  await other.preferences.expectChoices({ theme: 'dark' });

  // They have become those of the account.
  const third = await anotherVisitor();
  await third.signIn(user);
  await third.preferences.open();
  await third.preferences.expectChoices({ theme: 'dark' });
});

test('at login the newer preferences win: those of the account', async ({ member, user, anotherVisitor }) => {
  const other = await anotherVisitor();
  await other.preferences.save({ theme: 'dark' });
  await member.preferences.save({ theme: 'light' });
  await other.signIn(user);
  await other.expectTheme('light');
  await other.preferences.open();
  await other.preferences.expectChoices({ theme: 'light' });
});

test('after logging out the next visitor starts from the defaults', async ({ visitor, user }) => {
  await visitor.signIn(user);
  await visitor.preferences.save({ theme: 'dark' });
  await visitor.logOut();
  await visitor.expectTheme('system');
  await visitor.preferences.open();
  await visitor.preferences.expectChoices({ theme: 'system' });
});
