import { expect, type Page } from '@playwright/test';

/** Waits until every island of the page listens. Without JavaScript there is nothing to wait for. */
export async function ready(page: Page, hydrates: boolean): Promise<void> {
  await page.waitForLoadState('domcontentloaded');
  if (!hydrates) return;
  const waiting = page.locator('leptos-island:not([data-ready]):not(:has([data-ready]))');
  await expect(waiting, 'every island is hydrated').toHaveCount(0);
}
