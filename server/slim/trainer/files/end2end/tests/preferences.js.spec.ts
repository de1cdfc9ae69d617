import { expect, test } from '../fixtures';

test('a theme is seen before anything is saved', async ({ visitor }) => {
  await visitor.preferences.open();
  await visitor.preferences.choose({ theme: 'dark' });
  await visitor.expectTheme('dark');
  await expect(visitor.preferences.keepTheme).toBeHidden();
  expect((await visitor.info()).session, 'nothing is stored').toBeNull();
});

test('a member keeps a theme without loading the page', async ({ member, user, anotherVisitor }) => {
  await member.preferences.open();
  await member.preferences.choose({ theme: 'dark' });
  await member.preferences.keepTheme.click();
  await expect(member.main).toContainText('The theme is saved.');
  const other = await anotherVisitor();
  await other.signIn(user);
  await other.expectTheme('dark');
});

test.describe('while the WebAssembly never arrives', () => {
  // With intercepted requests, Chromium sometimes abandons a view transition with an uncaught error.
  test.use({ contextOptions: { reducedMotion: 'reduce' } });

  test('the form works', async ({ visitor, page }) => {
    await page.route('**/*.wasm', () => {});
    await page.goto('/preferences');
    await visitor.preferences.choose({ theme: 'dark' });
    await visitor.preferences.button.click();
    await expect(visitor.status.filter({ hasText: 'Preferences saved.' })).toBeVisible();
    await visitor.expectTheme('dark');
  });
});
