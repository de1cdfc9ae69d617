import { expect, type Page } from '@playwright/test';

import type { LoginPage } from './login';

/** The built-in provider asks who is there and whether the application may know. */
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

  /** From the login page to the provider. */
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
