import { expect, test } from '../fixtures';

test('the preview follows every choice before anything is saved', async ({ visitor }) => {
  const { preferences } = visitor;
  await preferences.open();
  await preferences.choose({ goal: 'strength', level: 'beginner', equipment: [] });
  const before = await preferences.preview.innerText();
  await preferences.choose({ goal: 'mobility' });
  await expect(preferences.preview).not.toHaveText(before, { useInnerText: true });

  const bodyWeight = await preferences.preview.innerText();
  await preferences.choose({ rest_seconds: '135' });
  await expect(preferences.preview).not.toHaveText(bodyWeight, { useInnerText: true });
  expect((await visitor.info()).session, 'nothing is stored').toBeNull();
});

test('the preview says when a value is not possible', async ({ visitor }) => {
  const { preferences } = visitor;
  await preferences.open();
  const before = await preferences.preview.innerText();
  await preferences.choose({ session_minutes: '1' });
  await expect(preferences.preview).not.toHaveText(before, { useInnerText: true });
  await preferences.choose({ session_minutes: '45' });
  await expect(preferences.preview).not.toContainText(/not possible/i);
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
