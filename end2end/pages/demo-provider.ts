import { expect, type Page } from '@playwright/test';

import type { LoginPage } from './login';

/** The page of the built-in provider, which asks for a name and an address, and whether to allow the login. */
export class DemoProviderPage {
  constructor(
    private readonly page: Page,
    private readonly login: LoginPage,
  ) {}

  get name() {
    return this.page.getByLabel('Name', { exact: true });
  }
  get email() {
    return this.page.getByLabel('Email', { exact: true });
  }
  get allowButton() {
    return this.page.getByRole('button', { name: 'Allow', exact: true });
  }
  get denyButton() {
    return this.page.getByRole('button', { name: 'Deny', exact: true });
  }

  /** Goes to the provider by way of the login page. */
  async reach(query = ''): Promise<void> {
    await this.login.open(query);
    await this.login.provider('Demo').click();
    await expect(this.allowButton).toBeVisible();
  }

  async allow(name: string, email: string): Promise<void> {
    await this.name.fill(name);
    await this.email.fill(email);
    await this.allowButton.click();
  }
}
