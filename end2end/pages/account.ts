import { expect } from '@playwright/test';

import type { Layout } from './layout';

export class AccountPage {
  constructor(private readonly layout: Layout) {}

  get heading() {
    return this.layout.main.getByRole('heading', { name: 'Account', exact: true });
  }
  get currentPassword() {
    return this.layout.main.getByLabel('Current password', { exact: true });
  }
  get newPassword() {
    return this.layout.main.getByLabel('New password', { exact: true });
  }
  get confirmation() {
    return this.layout.main.getByLabel('Type your e-mail address to delete', { exact: true });
  }

  /** Address and password of a demo account. */
  get demoLogin() {
    return this.layout.main.getByRole('region', { name: 'Your demo login', exact: true }).locator('code');
  }

  button(name: string) {
    return this.layout.main.getByRole('button', { name, exact: true });
  }

  async open(): Promise<void> {
    await this.layout.open('/account');
    await expect(this.heading).toBeVisible();
  }

  async changePassword(current: string, next: string): Promise<void> {
    await this.currentPassword.fill(current);
    await this.newPassword.fill(next);
    await this.button('Change password').click();
  }

  async deleteAccount(typed: string): Promise<void> {
    await this.confirmation.fill(typed);
    await this.button('Delete account').click();
  }

  /** Goes from the account page to the provider by way of the page before linking. */
  async startLinking(label: string): Promise<void> {
    await this.button(`Link ${label}`).click();
    await expect(this.layout.page).toHaveURL(/\/account\/link\//);
    await this.layout.main.getByRole('link', { name: label }).click();
  }
}
