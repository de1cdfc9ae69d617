// A provider that sends the browser back by a form (`response_mode=form_post`). What counts here is which cookies the
// browser sends: none with the POST from the other site, ours with the GET that it leads to.
import { expect, test } from '../fixtures';
import { ForeignSite } from '../support/foreign-site';

test.use({ serverKind: 'oidc' });

test('a callback by a form of another site signs in', async ({ visitor, newcomer, app, page, guard }) => {
  // Chromium reports a view transition as aborted if the answer is caught in the middle.
  await page.emulateMedia({ reducedMotion: 'reduce' });
  // The provider redirects; its answer is caught and sent as a form instead.
  let callback: URL | undefined;
  await page.route('**/interaction/*', async (route) => {
    if (route.request().method() !== 'POST') return route.continue();
    let answer = await route.fetch({ maxRedirects: 0 });
    let next = new URL(answer.headers()['location'] ?? '', route.request().url());
    // By way of other pages of its own.
    while (next.origin !== app.url) {
      answer = await page.request.get(next.href, { maxRedirects: 0 });
      next = new URL(answer.headers()['location'] ?? '', next);
    }
    callback = next;
    // Without a new page, the browser stays where it is.
    return route.fulfill({ status: 204 });
  });
  await visitor.provider.reach();
  await visitor.provider.introduce(newcomer);
  await expect.poll(() => callback).toBeDefined();
  if (callback === undefined) throw new Error('the provider did not answer');

  const site = await ForeignSite.start(`${app.url}${callback.pathname}`, Object.fromEntries(callback.searchParams));
  try {
    guard.allowOrigin(site.stranger);
    await page.goto(site.stranger);
    await page.getByRole('button', { name: 'Win a prize' }).click();
    await visitor.expectSignedIn(newcomer.name);
  } finally {
    await site.stop();
  }
  expect(page.url()).not.toMatch(/code=|state=/);
});
