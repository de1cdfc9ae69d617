// What all pages of the application have in common: header, main part, messages.
import { expect, type Page, type Response } from '@playwright/test';

import { NAME } from '../support/name';

export class Layout {
  constructor(
    readonly page: Page,
    /** The origin of the application. */
    readonly origin: string,
    /** Whether islands are hydrated: JavaScript is on. */
    readonly hydrates: boolean,
  ) {}

  get homeLink() {
    return this.page.getByRole('link', { name: NAME, exact: true });
  }
  get loginLink() {
    return this.page.getByRole('banner').getByRole('link', { name: 'Log in', exact: true });
  }
  get registerLink() {
    return this.page.getByRole('banner').getByRole('link', { name: 'Create account', exact: true });
  }
  get sessionLink() {
    return this.page.getByRole('banner').getByRole('link', { name: 'Session', exact: true });
  }
  get logOutButton() {
    return this.page.getByRole('button', { name: 'Log out', exact: true });
  }
  get alert() {
    return this.page.getByRole('alert');
  }
  get status() {
    return this.page.getByRole('status');
  }
  get main() {
    return this.page.getByRole('main');
  }

  /** Goes to `path` and waits until the page is hydrated. */
  async open(path: string): Promise<Response> {
    const response = await this.page.goto(path);
    if (response === null) throw new Error(`${path}: no new document`);
    await this.ready();
    return response;
  }

  /** Waits until every island of the page is hydrated. Without JavaScript there is nothing to wait for. */
  async ready(): Promise<void> {
    await this.page.waitForLoadState('domcontentloaded');
    if (!this.hydrates) return;
    const waiting = this.page.locator('leptos-island:not([data-ready]):not(:has([data-ready]))');
    await expect(waiting, 'every island is hydrated').toHaveCount(0);
  }

  async logOut(): Promise<void> {
    await this.logOutButton.click();
    await this.expectPath('/login');
  }

  async expectSignedIn(name: string): Promise<void> {
    await expect(this.logOutButton).toBeVisible();
    await expect(this.page.getByRole('banner').getByText(name, { exact: true })).toBeVisible();
    await expect(this.sessionLink).toBeVisible();
    await expect(this.loginLink).toHaveCount(0);
  }

  async expectSignedOut(): Promise<void> {
    await expect(this.loginLink).toBeVisible();
    await expect(this.registerLink).toBeVisible();
    await expect(this.logOutButton).toHaveCount(0);
  }

  /** The address bar shows exactly this path, with any query. */
  async expectPath(path: string): Promise<void> {
    await expect(this.page).toHaveURL((url) => url.origin === this.origin && url.pathname === path);
    await this.ready();
  }

  async expectTheme(theme: 'system' | 'light' | 'dark'): Promise<void> {
    await expect(this.page.locator('html')).toHaveAttribute('data-theme', theme);
  }
}
